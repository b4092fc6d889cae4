import type { ContentfulStatusCode } from "hono/utils/http-status";
import { csrfToken } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { type AskProblem, ForgotPasswordPage } from "../../pages/forgot-password-page.tsx";
import { ResetPasswordPage, type ResetPasswordPageProps } from "../../pages/reset-password-page.tsx";
import { interactionPaths } from "./paths.ts";
import { type WaitingRequest, withWaiting } from "./waiting-request.ts";

export async function forgotPasswordPage(
  c: AppContext,
  browser: string,
  waiting: WaitingRequest | null,
  shown: { readonly email?: string | undefined; readonly problem?: AskProblem },
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const csrf = await csrfToken(c, browser);
  return sendPage(
    c,
    (frame) => (
      <ForgotPasswordPage
        frame={frame}
        action={interactionPaths.forgotPassword}
        csrf={csrf}
        interaction={waiting?.sealed}
        signInHref={withWaiting(interactionPaths.signIn, waiting)}
        {...shown}
      />
    ),
    { status, uiLocales: waiting?.request?.uiLocales ?? null },
  );
}

type Shown = Pick<ResetPasswordPageProps, "by" | "email" | "isOwed" | "isSent" | "problem">;

export async function resetPasswordPage(
  c: AppContext,
  browser: string,
  waiting: WaitingRequest | null,
  shown: Shown,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const csrf = await csrfToken(c, browser);
  return sendPage(
    c,
    (frame) => (
      <ResetPasswordPage
        frame={frame}
        action={interactionPaths.resetPassword}
        csrf={csrf}
        interaction={waiting?.sealed}
        passwordMinLength={c.get("realm").realm.settings.password_min_length}
        againHref={withWaiting(interactionPaths.forgotPassword, waiting)}
        {...shown}
      />
    ),
    { status, uiLocales: waiting?.request?.uiLocales ?? null },
  );
}
