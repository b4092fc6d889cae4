import type { PageFrame } from "../frame.ts";
import { safeHref } from "../untrusted/links.ts";

interface RecoveryCodesProps {
  frame: PageFrame;
  /** In clear; empty where a script fills them in. */
  codes: readonly string[];
  /** Where to go when they are kept. */
  continueHref: string;
}

/** The codes, this once. */
export function RecoveryCodes({ frame, codes, continueHref }: RecoveryCodesProps) {
  const texts = frame.texts.secondFactor.codes;
  return (
    <>
      <p class="quiet">{texts.lead}</p>
      <ol id="recovery-codes" class="codes" aria-label={texts.list}>
        {codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <a id="continue-link" class="button primary" href={safeHref(continueHref)}>
        {texts.done}
      </a>
    </>
  );
}
