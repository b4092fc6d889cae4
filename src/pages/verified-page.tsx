import type { VerificationOutcome } from "../domain/recovery/verification.ts";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { EndHead } from "./parts/sealed-head.tsx";
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
        <EndHead
          isGood={isGood}
          title={texts.titles[outcome]}
          lead={texts.leads[outcome]}
          leadId="verification-outcome"
        />
        <a id="home-link" class="button" href={safeHref(homeHref)}>
          {texts.home}
        </a>
      </div>
    </Layout>
  );
}
