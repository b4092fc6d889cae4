import type { VerificationOutcome } from "../domain/recovery/verification.ts";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { CheckIcon, InfoIcon } from "./look/icons.tsx";
import { safeHref } from "./untrusted/links.ts";

export interface VerifiedPageProps {
  frame: PageFrame;
  outcome: VerificationOutcome;
  homeHref: string;
}

/** Says what became of the link in a verification mail. */
export function VerifiedPage({ frame, outcome, homeHref }: VerifiedPageProps) {
  const texts = frame.texts.recovery.verified;
  const isGood = outcome === "email-verified";
  return (
    <Layout frame={frame} title={texts.titles[outcome]} failed={!isGood}>
      <div class="stack">
        <div class="head">
          <span class="seal">{isGood ? <CheckIcon /> : <InfoIcon />}</span>
          <h1>{texts.titles[outcome]}</h1>
          <p class="quiet" id="verification-outcome">
            {texts.leads[outcome]}
          </p>
        </div>
        <a id="home-link" class="button" href={safeHref(homeHref)}>
          {texts.home}
        </a>
      </div>
    </Layout>
  );
}
