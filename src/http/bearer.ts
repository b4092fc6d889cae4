import { checkAccessToken, type LiveAccessToken } from "../domain/tokens/live-access-token.ts";
import { BearerError } from "../errors/errors.ts";
import { Parameters } from "../lib/parameters.ts";
import type { AppContext } from "./env.ts";
import { readForm } from "./read-body.ts";

/** The live access token of the request: in the header, or in a form body (RFC 6750 §2.1, §2.2); never in the query. */
export async function requireAccessToken(c: AppContext): Promise<LiveAccessToken> {
  const inHeader = bearerToken(c.req.header("authorization"));
  const isForm =
    c.req.method === "POST" && (c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  const form = isForm ? await readForm(c) : new Parameters([]);
  const inBody = form.get("access_token");
  if (form.repeated.has("access_token") || (inHeader !== undefined && inBody !== undefined))
    throw new BearerError("access-token-doubled");
  const token = inHeader ?? inBody;
  if (token === undefined) throw new BearerError("access-token-missing");
  return checkAccessToken(c.get("realm"), token);
}

/** The token of a Bearer header; undefined when there is none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? "")?.[1];
}
