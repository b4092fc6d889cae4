import type { Failure } from "../../errors/errors.ts";
import { type AskProblem, ForgotPasswordPage } from "../../pages/forgot-password-page.tsx";
import { ResetPasswordPage, type ResetPasswordPageProps } from "../../pages/reset-password-page.tsx";
import { interactionPaths } from "./paths.ts";
import { sendVisitPage } from "./visit.ts";
import { type Visit, withWaiting } from "./waiting-request.ts";

export function forgotPasswordPage(
  visit: Visit,
  shown: { readonly email?: string | undefined; readonly problem?: AskProblem },
  refusal?: Failure,
): Promise<Response> {
  const signInHref = withWaiting(interactionPaths.signIn, visit.waiting);
  return sendVisitPage(
    visit,
    (page) => (
      <ForgotPasswordPage {...page} action={interactionPaths.forgotPassword} signInHref={signInHref} {...shown} />
    ),
    { refusal, staysHere: true },
  );
}

type Shown = Pick<ResetPasswordPageProps, "by" | "email" | "isOwed" | "isSent" | "problem">;

export function resetPasswordPage(visit: Visit, shown: Shown, refusal?: Failure): Promise<Response> {
  const { c, waiting } = visit;
  return sendVisitPage(
    visit,
    (page) => (
      <ResetPasswordPage
        {...page}
        action={interactionPaths.resetPassword}
        passwordMinLength={c.get("realm").realm.settings.password_min_length}
        againHref={withWaiting(interactionPaths.forgotPassword, waiting)}
        {...shown}
      />
    ),
    { refusal, staysHere: true },
  );
}
