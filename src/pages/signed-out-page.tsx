import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { EndHead } from "./parts/sealed-head.tsx";
import { hostOf, safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export interface SignedOutPageProps {
  frame: PageFrame;
  continueHref?: string | undefined;
  /** Defaults to `signed-out`. */
  reason?: "signed-out" | "session-ended-elsewhere" | undefined;
  /** Names the host that `continueHref` leads to, which nobody here has looked at. */
  leadsAway?: boolean | undefined;
}

/** Says that the session has ended. */
export function SignedOutPage({ frame, continueHref, reason = "signed-out", leadsAway = false }: SignedOutPageProps) {
  const texts = frame.texts.signedOut;
  const href = safeHref(continueHref);
  const byUser = reason === "signed-out";
  const title = byUser ? texts.title : texts.elsewhereTitle;
  return (
    <Layout frame={frame} title={title}>
      <div class="stack">
        <EndHead
          isGood={byUser}
          title={title}
          lead={byUser ? texts.lead(plainText(frame.realmName)) : texts.elsewhereLead}
        />
        {href && leadsAway ? (
          <dl class="facts">
            <div>
              <dt>{frame.texts.returnTo.leadsTo}</dt>
              <dd>
                <bdi id="return-host">{plainText(hostOf(href) ?? "", 255)}</bdi>
              </dd>
              <dd class="quiet small">{frame.texts.returnTo.caution}</dd>
            </div>
          </dl>
        ) : null}
        {href ? (
          <a id="continue-link" class={byUser ? "button" : "button primary"} href={href}>
            {byUser ? frame.texts.continue : texts.signInAgain}
          </a>
        ) : null}
      </div>
    </Layout>
  );
}
