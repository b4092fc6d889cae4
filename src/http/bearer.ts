/** Access tokens that come with requests: RFC 6750 §2, RFC 9449 §7.1. */
import type { LiveAccessToken } from "../domain/tokens/live-access-token.ts";
import { checkPresentedToken } from "../domain/tokens/presented-token.ts";
import { BearerError } from "../errors/errors.ts";
import { Parameters } from "../lib/parameters.ts";
import { provenRequest } from "./dpop.ts";
import type { AppContext } from "./env.ts";
import { readForm } from "./read-body.ts";

/** An access token in the Authorization header, by one of the two schemes. */
export interface HeaderToken {
  readonly scheme: "Bearer" | "DPoP";
  readonly text: string;
}

/**
 * The live access token of the request: in the header, or in a form body, where it is a bearer's (RFC 6750 §2.1, §2.2); never in
 * the query. Throws BearerError.
 */
export async function requireAccessToken(c: AppContext): Promise<LiveAccessToken> {
  const inHeader = headerToken(c);
  const isForm =
    c.req.method === "POST" && (c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  const form = isForm ? await readForm(c) : new Parameters([]);
  const inBody = form.get("access_token");
  if (form.repeated.has("access_token") || (inHeader !== null && inBody !== undefined))
    throw new BearerError("access-token-doubled");
  if (inHeader !== null) return checkHeaderToken(c, inHeader);
  if (inBody === undefined) throw new BearerError("access-token-missing");
  return checkPresentedToken(c.get("realm"), { text: inBody, scheme: "Bearer", proof: null });
}

/** Whether the token in the header is alive, and the caller's: for endpoints that take other credentials too. Throws BearerError. */
export async function checkHeaderToken(c: AppContext, { scheme, text }: HeaderToken): Promise<LiveAccessToken> {
  const proof = scheme === "DPoP" ? await provenRequest(c, text) : null;
  return checkPresentedToken(c.get("realm"), { text, scheme, proof });
}

const one = "(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)";
const oneToken = new RegExp(`^${one} *$`, "i");
/** Header fields of one name arrive joined by commas. */
const severalTokens = new RegExp(`^${one} *,`, "i");

/** The token in the Authorization header; null when there is none. Throws BearerError when there are several (RFC 6750 §3.1). */
export function headerToken(c: AppContext): HeaderToken | null {
  const authorization = c.req.header("authorization") ?? "";
  if (severalTokens.test(authorization)) throw new BearerError("access-token-doubled");
  const [, scheme, text] = oneToken.exec(authorization) ?? [];
  if (scheme === undefined || text === undefined) return null;
  return { scheme: scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer", text };
}
