import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { CheckIcon, InfoIcon } from "./look/icons.tsx";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export interface SignedOutPageProps {
  frame: PageFrame;
  continueHref?: string | undefined;
  /** Defaults to `signed-out`. */
  reason?: "signed-out" | "session-ended-elsewhere" | undefined;
}

/** Says that the session has ended. */
export function SignedOutPage({ frame, continueHref, reason = "signed-out" }: SignedOutPageProps) {
  const texts = frame.texts.signedOut;
  const href = safeHref(continueHref);
  const byUser = reason === "signed-out";
  const title = byUser ? texts.title : texts.elsewhereTitle;
  return (
    <Layout frame={frame} title={title}>
      <div class="stack">
        <div class="head">
          <span class="seal">{byUser ? <CheckIcon /> : <InfoIcon />}</span>
          <h1>{title}</h1>
          <p class="quiet">{byUser ? texts.lead(plainText(frame.realmName)) : texts.elsewhereLead}</p>
        </div>
        {href ? (
          <a id="continue-link" class={byUser ? "button" : "button primary"} href={href}>
            {byUser ? frame.texts.continue : texts.signInAgain}
          </a>
        ) : null}
      </div>
    </Layout>
  );
}
