import { type RedirectTarget, redirectLocation, responseParameters } from "../domain/authorization/redirect-target.ts";
import type { Failure } from "../errors/errors.ts";
import { errorTitle } from "../pages/error-page.tsx";
import { FormPostPage } from "../pages/form-post-page.tsx";
import { refusalOf } from "../pages/refusal.ts";
import { ReturnPage } from "../pages/return-page.tsx";
import type { AppContext } from "./env.ts";
import { sendPage } from "./page.ts";

/** Sends the browser back to the client: a redirect, or a page that posts itself (Form Post Response Mode §2). */
export function sendAuthorizationResponse(
  c: AppContext,
  target: RedirectTarget,
  answer: Readonly<Record<string, string>>,
): Response {
  c.header("cache-control", "no-store");
  if (target.mode === "form_post")
    return sendPage(
      c,
      (frame) => <FormPostPage frame={frame} action={target.uri} fields={responseParameters(target, answer)} />,
      {
        formTargets: [target.uri],
      },
    );
  // 303 after a POST, so that nobody's password is sent along (RFC 9700 §4.12).
  return c.body(null, c.req.method === "POST" ? 303 : 302, { location: redirectLocation(target, answer) });
}

/** The same, left to the person who is looking: a page that names the host, and a way there. */
export function offerReturn(
  c: AppContext,
  failure: Failure & { readonly target: RedirectTarget },
  answer: Readonly<Record<string, string>>,
): Response {
  const { target } = failure;
  const byForm = target.mode === "form_post";
  return sendPage(
    c,
    (frame) => (
      <ReturnPage
        frame={frame}
        title={errorTitle(failure.status, frame.texts)}
        {...refusalOf(failure, frame.texts)}
        href={byForm ? target.uri : redirectLocation(target, answer)}
        fields={byForm ? responseParameters(target, answer) : null}
      />
    ),
    { status: 400, formTargets: byForm ? [target.uri] : [] },
  );
}
