import { WarningIcon } from "../look/icons.tsx";
import { plainText } from "../untrusted/plain-text.ts";

/** The head of a page on which something went wrong. `heading` is plain already. */
export const FailureHead = ({ heading, detail }: { heading: string; detail: string }) => (
  <div class="head">
    <span class="seal">
      <WarningIcon />
    </span>
    <h1>{heading}</h1>
    <p class="quiet" id="error-detail">
      {plainText(detail, 400)}
    </p>
  </div>
);
