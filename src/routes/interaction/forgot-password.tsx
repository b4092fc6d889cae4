/** The hosted page for a forgotten password. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { parseAddress } from "../../domain/mail/address.ts";
import { askReset } from "../../domain/recovery/ask-reset.ts";
import type { ReturnAddress } from "../../domain/sso/return-address.ts";
import { Problem } from "../../errors/errors.ts";
import { checkCsrfToken } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitMessages } from "../../http/rate-limit.ts";
import { readPageForm } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import type { AskProblem } from "../../pages/forgot-password-page.tsx";
import { interactionPaths } from "./paths.ts";
import { forgotPasswordPage, resetPasswordPage } from "./recovery-pages.tsx";
import { arrive, waitingRequest } from "./waiting-request.ts";

/** GET /forgot-password */
export async function showForgotPassword(c: AppContext): Promise<Response> {
  const { browser, waiting } = await arrive(c);
  return forgotPasswordPage(c, browser, waiting, {});
}

/** POST /forgot-password. What follows is the same for every address. */
export async function submitForgotPassword(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  const browser = await checkCsrfToken(c, form.get("csrf"));
  const waiting = await waitingRequest(c, browser, form.get("interaction"));
  const email = form.get("email");
  const context = c.get("realm");
  try {
    const address = parseAddress({ email });
    await limitMessages(c);
    const page = `${context.realm.issuer}${interactionPaths.resetPassword}` as ReturnAddress;
    await askReset(context, address, page, postLater(c));
    return resetPasswordPage(c, browser, waiting, { by: "code", email: address.value, isSent: true });
  } catch (error) {
    const problem = error instanceof Problem ? problems[error.code] : undefined;
    if (!(error instanceof Problem) || problem === undefined) throw error;
    refusalHeaders(c, error);
    return forgotPasswordPage(c, browser, waiting, { email, problem }, error.status as ContentfulStatusCode);
  }
}

const problems: Readonly<Record<string, AskProblem>> = {
  "identifier-missing": "missing",
  "email-invalid": "email-invalid",
  "rate-limited": "too-many-attempts",
};
