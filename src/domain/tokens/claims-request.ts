/** The `claims` parameter: OIDC Core §5.5. */
import { limits } from "../../config/limits.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { Client } from "../clients/client.ts";
import { scopeOfClaim } from "../users/claims.ts";

/** One member of the request: a claim, and what its value is hoped or required to be. */
export interface ClaimWish {
  readonly essential: boolean;
  /** Of `value` and `values`; empty when any value will do. */
  readonly values: readonly unknown[];
}

export interface ClaimsRequest {
  readonly userinfo: ReadonlyMap<string, ClaimWish>;
  readonly idToken: ReadonlyMap<string, ClaimWish>;
}

/** Names of the claims about the user that a grant lets the client see beside those of its scopes. */
export interface GrantedClaims {
  readonly userinfo: readonly string[];
  readonly idToken: readonly string[];
}

/** Null when it is not what §5.5 describes. Members that nobody knows are passed over, as it asks. */
export function parseClaimsRequest(text: string): ClaimsRequest | null {
  if (text.length > limits.claimsParameterLength || isTooDeep(text)) return null;
  const request = parseJson(text);
  if (!isRecord(request)) return null;
  const userinfo = parseWishes(request.userinfo);
  const idToken = parseWishes(request.id_token);
  return userinfo === null || idToken === null ? null : { userinfo, idToken };
}

/** Counted before it is parsed. Brackets within strings count too: a claim's value has no use for many. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    if (depth > limits.claimsParameterDepth) return true;
  }
  return false;
}

function parseWishes(member: unknown): Map<string, ClaimWish> | null {
  if (member === undefined || member === null) return new Map();
  if (!isRecord(member)) return null;
  const wishes = new Map<string, ClaimWish>();
  for (const [name, described] of Object.entries(member)) {
    const wish = parseWish(described);
    if (wish === null) return null;
    wishes.set(name, wish);
  }
  return wishes;
}

function parseWish(described: unknown): ClaimWish | null {
  if (described === null) return { essential: false, values: [] };
  if (!isRecord(described)) return null;
  const { essential = false, value, values = [] } = described;
  if (typeof essential !== "boolean" || !Array.isArray(values)) return null;
  return { essential, values: value === undefined ? values : [value, ...values] };
}

/** Scopes that stand behind the claims asked for one by one, as far as the client may have them. */
export function scopesOfClaims({ userinfo, idToken }: ClaimsRequest, allowed: readonly string[]): string[] {
  const asked = [...userinfo.keys(), ...idToken.keys()].map(scopeOfClaim);
  return [...new Set(asked)].filter((scope) => scope !== undefined && allowed.includes(scope)) as string[];
}

/** What of the request goes into the grant, as JSON; null when nothing does. */
export function grantableClaims({ userinfo, idToken }: ClaimsRequest, allowed: readonly string[]): string | null {
  const within = (wishes: ReadonlyMap<string, ClaimWish>): string[] =>
    [...wishes.keys()].filter((name) => allowed.includes(scopeOfClaim(name) ?? ""));
  const granted: GrantedClaims = { userinfo: within(userinfo), idToken: within(idToken) };
  return granted.userinfo.length + granted.idToken.length === 0 ? null : JSON.stringify(granted);
}

/** Of the claims that were granted by name, those that the client may have today. */
export const usableClaims = (names: readonly string[], { metadata }: Pick<Client, "metadata">): readonly string[] =>
  names.filter((name) => metadata.scopes.includes(scopeOfClaim(name) ?? ""));

export function claimsOfGrant({ claims }: { readonly claims: string | null }): GrantedClaims {
  return claims === null ? { userinfo: [], idToken: [] } : (JSON.parse(claims) as GrantedClaims);
}
