import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";

/** The JSON body of a request that may come without one. Throws Problem. */
export function readOptionalJson(c: AppContext): Promise<Record<string, unknown>> {
  const isEmpty = c.req.raw.body === null || c.req.header("content-length") === "0";
  return isEmpty ? Promise.resolve({}) : readJson(c);
}
