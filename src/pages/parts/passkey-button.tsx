import { raw } from "hono/html";
import type { PageFrame } from "../frame.ts";
import { safeHref } from "../untrusted/links.ts";
import { passkeyScript } from "./passkey-script.ts";

interface PasskeyButtonProps {
  frame: PageFrame;
  /** What the passkey is for: to sign in, to complete a sign-in, to be made as a second factor, or made
   * to sign in with, by the name in `#passkey-name`. */
  use: "sign-in" | "second-factor" | "registration" | "account";
  label: string;
  /** Where the browser goes when it has worked. */
  next: string;
}

/** A button that only scripts can make work, so that only they show it. Everything else on the page does without them. */
export function PasskeyButton({ frame, use, label, next }: PasskeyButtonProps) {
  return (
    <>
      <div id="passkey" class="stack tight" data-use={use} data-next={safeHref(next)} hidden>
        <button id="passkey-button" type="button" class="button">
          {label}
        </button>
        <p id="passkey-problem" class="problem small" role="alert" hidden>
          {frame.texts.secondFactor.passkeyFailed}
        </p>
      </div>
      <script nonce={frame.nonce}>{raw(passkeyScript)}</script>
    </>
  );
}
