/** The hosted page for signing in by a one-time code. */
import { type Address, parseAddress } from "../../domain/mail/address.ts";
import { sendCode } from "../../domain/one-time-codes/send-code.ts";
import { signInWithCode } from "../../domain/sessions/sign-in-with-code.ts";
import { looksLikeEmail } from "../../domain/users/canonical.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { clearOtpCookie, readOtpCookie, sendOtpCookie } from "../../http/otp-cookie.ts";
import { limitMessages, limitPerAddress } from "../../http/rate-limit.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { SignInCodePage, type SignInCodePageProps, type SignInCodeProblem } from "../../pages/sign-in-code-page.tsx";
import { interactionPaths } from "./paths.ts";
import { comeBack, sendVisitPage, type VisitPageOptions } from "./visit.ts";
import { arrive, onward, type Visit, withWaiting } from "./waiting-request.ts";

/** GET /sign-in/code */
export async function showSignInCode(c: AppContext): Promise<Response> {
  return signInCodePage(await arrive(c), {});
}

/** POST /sign-in/code: the first time it says where to send a code, the second time it brings the code. */
export async function submitSignInCode(c: AppContext): Promise<Response> {
  const visit = await comeBack(c);
  const { form } = visit;
  const isCheck = form.get("step") === "check";
  const recipient = form.get("recipient");
  // The code is good in the browser that asked for it: where it went is in a sealed cookie, not in the form.
  const asked = isCheck ? await readOtpCookie(c) : null;
  if (isCheck && asked === null) return signInCodePage(visit, { problem: "expired" }, { status: 400 });
  try {
    if (asked !== null) return await enter(visit, asked, form.get("code"));
    const address = parseRecipient(recipient);
    await limitMessages(c);
    await sendCode(c.get("realm"), address, postLater(c));
    await sendOtpCookie(c, address);
    return signInCodePage(visit, { sentTo: address.value });
  } catch (error) {
    const problem = error instanceof Problem ? problems[error.code] : undefined;
    if (!(error instanceof Problem) || problem === undefined) throw error;
    const { retryAfterSeconds } = error;
    const shown = { sentTo: asked?.value, recipient, problem, retryAfterSeconds };
    return signInCodePage(visit, shown, { refusal: error });
  }
}

async function enter({ c, waiting }: Visit, address: Address, code: string | undefined): Promise<Response> {
  if (code === undefined) throw new Problem("one-time-code-missing");
  const { rate_limits } = c.get("realm").realm.settings;
  await limitPerAddress(c, "sign-in", rate_limits.sign_in_per_address_per_minute);
  const credentials = { address, code, mayMakeAccount: true };
  const { token, session } = await signInWithCode(c.get("realm"), credentials, await currentDevice(c));
  clearOtpCookie(c);
  sendSession(c, token, session.expiresAt);
  return c.body(null, 303, { location: onward(waiting) });
}

function parseRecipient(typed: string | undefined): Address {
  if (typed === undefined) return parseAddress({});
  return parseAddress(looksLikeEmail(typed) ? { email: typed } : { phoneNumber: typed });
}

const problems: Readonly<Record<string, SignInCodeProblem>> = {
  "identifier-missing": "recipient-missing",
  "email-invalid": "recipient-invalid",
  "phone-number-invalid": "recipient-invalid",
  "otp-missing": "code-missing",
  "otp-mismatch": "otp-mismatch",
  "rate-limited": "too-many-attempts",
  bad_credential: "not-allowed",
};

type Shown = Pick<SignInCodePageProps, "sentTo" | "recipient" | "problem" | "retryAfterSeconds">;

function signInCodePage(visit: Visit, shown: Shown, options: VisitPageOptions = {}): Promise<Response> {
  return sendVisitPage(
    visit,
    (page) => (
      <SignInCodePage
        {...page}
        action={interactionPaths.signInCode}
        signInHref={withWaiting(interactionPaths.signIn, visit.waiting)}
        againHref={withWaiting(interactionPaths.signInCode, visit.waiting)}
        {...shown}
      />
    ),
    options,
  );
}
