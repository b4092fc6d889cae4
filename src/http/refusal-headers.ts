import type { Failure } from "../errors/errors.ts";
import type { AppContext } from "./env.ts";
import { requestId } from "./request-id.ts";

/** What every refusal carries, also one that is shown inside a page. */
export function refusalHeaders(c: AppContext, failure: Failure): void {
  c.header("x-error-code", failure.headerCode);
  c.header("x-request-id", requestId(c));
  const retryAfterSeconds = failure.retryAfterSeconds ?? (failure.status === 503 ? 2 : undefined);
  if (retryAfterSeconds !== undefined) c.header("retry-after", String(retryAfterSeconds));
}
