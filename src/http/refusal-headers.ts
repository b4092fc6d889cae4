import type { Failure } from "../errors/errors.ts";
import type { AppContext } from "./env.ts";
import { requestId } from "./request-id.ts";

/** What every refusal carries, also one that is shown inside a page. */
export function refusalHeaders(c: AppContext, failure: Failure): void {
  tellCode(c, failure);
  c.header("x-request-id", requestId(c));
  const retryAfterSeconds = failure.retryAfterSeconds ?? (failure.status === 503 ? 2 : undefined);
  if (retryAfterSeconds !== undefined) c.header("retry-after", String(retryAfterSeconds));
}

/** Callers match on it, and requests are counted by it. */
export function tellCode(c: AppContext, { headerCode }: Failure): void {
  c.header("x-error-code", headerCode);
  c.set("refusal", headerCode);
}
