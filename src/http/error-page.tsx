import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Failure } from "../errors/errors.ts";
import { ErrorPage, errorTitle } from "../pages/error-page.tsx";
import { refusalOf } from "../pages/refusal.ts";
import type { AppContext } from "./env.ts";
import { sendPage } from "./page.ts";
import { requestId } from "./request-id.ts";

/** A refusal as a page: what happened, and the code and id to quote. */
export function sendErrorPage(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  return sendPage(
    c,
    (frame) => (
      <ErrorPage
        frame={frame}
        status={status}
        title={errorTitle(status, frame.texts)}
        {...refusalOf(failure, frame.texts)}
        requestId={requestId(c)}
        errorCode={failure.code}
        homeHref="/"
      />
    ),
    { status, readAgainAt: null },
  );
}
