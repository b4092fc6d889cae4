import type { PageFrame } from "../frame.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";

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
  const head = frame.texts.accountPages.codes.fileHead(plainText(frame.realmName));
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
      <a
        id="download-codes"
        class="button"
        download={frame.texts.accountPages.codes.fileName}
        href={codes.length === 0 ? undefined : textFile(head, codes)}
        data-head={head}
        hidden={codes.length === 0}
      >
        {frame.texts.accountPages.codes.download}
      </a>
      <a id="continue-link" class="button primary" href={safeHref(continueHref)}>
        {texts.done}
      </a>
    </>
  );
}

/** A file that never leaves the browser. The script that fills codes in makes the same. */
const textFile = (head: string, codes: readonly string[]): string =>
  `data:text/plain;charset=utf-8,${encodeURIComponent(`${head}\n\n${codes.join("\n")}\n`)}`;
