/** The hosted page for a forgotten password. */
import { parseAddress } from "../../domain/mail/address.ts";
import { askReset } from "../../domain/recovery/ask-reset.ts";
import type { ReturnAddress } from "../../domain/sso/return-address.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitMessages } from "../../http/rate-limit.ts";
import type { AskProblem } from "../../pages/forgot-password-page.tsx";
import { interactionPaths } from "./paths.ts";
import { forgotPasswordPage, resetPasswordPage } from "./recovery-pages.tsx";
import { comeBack } from "./visit.ts";
import { arrive } from "./waiting-request.ts";

/** GET /forgot-password */
export async function showForgotPassword(c: AppContext): Promise<Response> {
  return forgotPasswordPage(await arrive(c), {});
}

/** POST /forgot-password. What follows is the same for every address. */
export async function submitForgotPassword(c: AppContext): Promise<Response> {
  const visit = await comeBack(c);
  const email = visit.form.get("email");
  const context = c.get("realm");
  try {
    const address = parseAddress({ email });
    await limitMessages(c);
    const page = `${context.realm.issuer}${interactionPaths.resetPassword}` as ReturnAddress;
    await askReset(context, address, page, postLater(c));
    return resetPasswordPage(visit, { by: "code", email: address.value, isSent: true });
  } catch (error) {
    const problem = error instanceof Problem ? problems[error.code] : undefined;
    if (!(error instanceof Problem) || problem === undefined) throw error;
    return forgotPasswordPage(visit, { email, problem }, error);
  }
}

const problems: Readonly<Record<string, AskProblem>> = {
  "identifier-missing": "missing",
  "email-invalid": "email-invalid",
  "rate-limited": "too-many-attempts",
};
