// The way back to a client where it is a page.
import { type RedirectTarget, redirectLocation, responseParameters } from "../domain/authorization/redirect-target.ts";
import type { Failure } from "../errors/errors.ts";
import { errorTitle } from "../pages/error-page.tsx";
import { FormPostPage } from "../pages/form-post-page.tsx";
import { refusalOf } from "../pages/refusal.ts";
import { ReturnPage } from "../pages/return-page.tsx";
import type { AppContext } from "./env.ts";
import { sendPage } from "./page.ts";

/** A page that posts itself to the client (Form Post Response Mode §2). */
export function sendFormPost(
  c: AppContext,
  target: RedirectTarget,
  answer: Readonly<Record<string, string>>,
): Response {
  const fields = responseParameters(target, answer);
  return sendPage(c, (frame) => <FormPostPage frame={frame} action={target.uri} fields={fields} />, {
    formTargets: [target.uri],
    readAgainAt: null,
  });
}

/** An answer to the client, left to the person who is looking: a page that names the host, and a way there. */
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
    { status: 400, formTargets: byForm ? [target.uri] : [], readAgainAt: null },
  );
}
