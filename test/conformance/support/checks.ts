import { createHash } from "node:crypto";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { expect } from "vitest";
import type { Metadata } from "./metadata.ts";
import type { Target } from "./target.ts";
import type { Arrival, Place } from "./user-agent.ts";

/** What the authorization response has to give back of the request. */
export interface Sent {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly mode: Arrival["mode"];
}

/** RFC 6749 §4.1.2.1, §5.2 and RFC 6750 §3: `%x20-21 / %x23-5B / %x5D-7E`. */
const descriptionCharacters = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/;

function requireArrival(place: Place): Arrival {
  if (place.at === "client") return place;
  const reason = place.headers.get("x-error-code") ?? "no error";
  throw new Error(
    `expected to be sent back to the client, but came to ${place.url.pathname} (${place.status}, ${reason})`,
  );
}

/** What every authorization response carries, good or bad: RFC 6749 §4.1.2, RFC 9207 §2. */
function checkEnvelope(place: Place, sent: Sent, metadata: Metadata): URLSearchParams {
  const { url, mode, parameters, pageHeaders } = requireArrival(place);
  const [address] = url.href.split("?");
  expect(address, "where the answer goes").toBe(sent.redirectUri.split("?")[0]);
  expect(mode, "how the answer is sent").toBe(sent.mode);
  if (mode === "form_post")
    expect(pageHeaders?.get("cache-control"), "cache-control of the page").toMatch(/\bno-store\b/);
  const names = [...parameters.keys()];
  expect(names, "parameters of the answer, each once").toEqual([...new Set(names)]);
  expect(parameters.get("state") ?? undefined, "state").toBe(sent.state);
  if (metadata.authorization_response_iss_parameter_supported)
    expect(parameters.get("iss"), "iss").toBe(metadata.issuer);
  else expect(parameters.has("iss")).toBe(false);
  expect(parameters.get("error_description") ?? "", "characters of error_description").toMatch(descriptionCharacters);
  return parameters;
}

/** The code of a successful authorization response. */
export function codeOf(place: Place, sent: Sent, metadata: Metadata): string {
  const parameters = checkEnvelope(place, sent, metadata);
  expect(parameters.get("error"), "error").toBe(null);
  for (const name of ["access_token", "id_token", "token_type"]) expect(parameters.has(name), name).toBe(false);
  const code = parameters.get("code") ?? "";
  expect(code, "characters of the code (RFC 6749 §A.11)").toMatch(/^[\x20-\x7E]+$/);
  return code;
}

/** The `error` of a refusing authorization response; nothing but the refusal is in it. */
export function errorOf(place: Place, sent: Sent, metadata: Metadata): string {
  const parameters = checkEnvelope(place, sent, metadata);
  expect(parameters.has("code"), "a code beside an error").toBe(false);
  return parameters.get("error") ?? "";
}

/** A refusal that nobody else is told: a page of the provider's own, and no way on from it. */
export function expectErrorPage(target: Target, place: Place): void {
  if (place.at === "client") throw new Error(`the browser was sent to ${place.url}`);
  expect(place.status, "status of the error page").toBeGreaterThanOrEqual(400);
  expect(place.status, "status of the error page").toBeLessThan(500);
  expect(target.kindOf(place)).toBe("error");
}

export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

/** A successful token response: RFC 6749 §5.1. */
export async function readTokens(response: Response): Promise<Tokens> {
  const text = await response.text();
  expect(response.status, `status of the token response: ${text}`).toBe(200);
  expect(response.headers.get("content-type"), "type of the token response").toMatch(/^application\/json\b/);
  expect(response.headers.get("cache-control"), "cache-control of the token response").toMatch(/\bno-store\b/);
  const tokens = JSON.parse(text) as Tokens;
  expect(tokens.access_token, "characters of the access token (RFC 6749 §A.12)").toMatch(/^[\x20-\x7E]{22,}$/);
  expect(tokens.token_type, "token_type").toMatch(/^(?:Bearer|DPoP)$/i);
  expect(tokens.expires_in, "expires_in").toBeTypeOf("number");
  expect(tokens.expires_in, "expires_in").toBeGreaterThan(0);
  if (tokens.refresh_token !== undefined)
    expect(tokens.refresh_token, "characters of the refresh token (RFC 6749 §A.17)").toMatch(/^[\x20-\x7E]{22,}$/);
  return tokens;
}

/** A refusal by an endpoint that clients call: RFC 6749 §5.2. Returns its `error`. */
export async function refusalOf(response: Response, statuses: readonly number[] = [400]): Promise<string> {
  const text = await response.text();
  expect(statuses, `a refusal, not ${response.status} ${text}`).toContain(response.status);
  expect(response.headers.get("content-type"), "type of the refusal").toMatch(/^application\/json\b/);
  expect(response.headers.get("cache-control"), "cache-control of the refusal").toMatch(/\bno-store\b/);
  const body = JSON.parse(text) as { error: string; error_description?: string };
  expect(body.error, "error").toMatch(descriptionCharacters);
  expect(body.error_description ?? "", "characters of error_description").toMatch(descriptionCharacters);
  return body.error;
}

/** Published keys: public ones only, distinct, strong enough, and each says what it is for (RFC 7517, RFC 8725 §3.5). */
export async function readKeys(target: Target, metadata: Metadata): Promise<JSONWebKeySet> {
  const response = await target.send(new URL(metadata.jwks_uri), {});
  expect(response.status, "status of the keys").toBe(200);
  const keys = (await response.json()) as JSONWebKeySet;
  expect(keys.keys.length, "number of keys").toBeGreaterThan(0);
  for (const key of keys.keys) {
    for (const secret of ["d", "p", "q", "dp", "dq", "qi", "k", "oth"])
      expect(key, "a published key").not.toHaveProperty(secret);
    expect(key.kid, "kid").toMatch(/./);
    expect(key.use, "use").toBe("sig");
    if (key.kty === "RSA") expect(Buffer.from(key.n ?? "", "base64url").length * 8).toBeGreaterThanOrEqual(2048);
    else if (key.kty === "EC") expect(["P-256", "P-384", "P-521"]).toContain(key.crv);
    else expect(key).toMatchObject({ kty: "OKP", crv: "Ed25519" });
  }
  const kids = keys.keys.map((key) => key.kid);
  expect(kids, "kids").toEqual([...new Set(kids)]);
  return keys;
}

/** Claims that are about the sign-in and not about the person. Others belong in UserInfo unless asked for (OIDC Core §5.4). */
const protocolClaims: ReadonlySet<string> = new Set(
  "iss sub aud exp iat nbf jti auth_time nonce acr amr azp sid at_hash c_hash s_hash".split(" "),
);

export interface Expected {
  readonly clientId: string;
  readonly algorithm: string;
  readonly nonce: string | undefined;
  readonly accessToken: string;
  readonly code?: string;
  /** Claims that the `claims` parameter asks for in the ID token (OIDC Core §5.5). */
  readonly asked: readonly string[];
}

/** An ID token and its claims: OIDC Core §2, §3.1.3.6, §3.1.3.7. */
export async function checkIdToken(
  idToken: string | undefined,
  expected: Expected,
  keys: JSONWebKeySet,
  metadata: Metadata,
): Promise<JWTPayload> {
  expect(idToken, "id_token").toBeTypeOf("string");
  const header = decodeProtectedHeader(idToken ?? "");
  expect(header.alg, "alg").toBe(expected.algorithm);
  expect(
    keys.keys.map((key) => key.kid),
    "kid of the ID token",
  ).toContain(header.kid);
  const { payload } = await jwtVerify(idToken ?? "", createLocalJWKSet(keys), {
    issuer: metadata.issuer,
    audience: expected.clientId,
    requiredClaims: ["iss", "sub", "aud", "exp", "iat"],
    algorithms: [expected.algorithm],
  });
  expect(payload.sub, "sub").toMatch(/^[\x20-\x7E]{1,255}$/);
  expect(payload.nonce, "nonce").toBe(expected.nonce);
  expect([payload.aud].flat(), "aud").toEqual([expected.clientId]);
  expect(payload.azp ?? expected.clientId, "azp").toBe(expected.clientId);
  expect(Math.abs((payload.iat ?? 0) - Date.now() / 1000), "age of iat in seconds").toBeLessThan(60);
  expect(payload.at_hash ?? halfHash(expected.accessToken), "at_hash").toBe(halfHash(expected.accessToken));
  if (expected.code !== undefined)
    expect(payload.c_hash ?? halfHash(expected.code), "c_hash").toBe(halfHash(expected.code));
  expect(
    Object.keys(payload).filter((name) => !protocolClaims.has(name) && !expected.asked.includes(name)),
    "claims nobody asked for",
  ).toEqual([]);
  return payload;
}

/** Of algorithms that hash with SHA-256, which is all there are here. */
const halfHash = (text: string): string =>
  createHash("sha256").update(text, "ascii").digest().subarray(0, 16).toString("base64url");

/** A UserInfo response about the person of the ID token: OIDC Core §5.3.2. */
export async function readUserInfo(response: Response, subject: string | undefined): Promise<Record<string, unknown>> {
  expect(response.status, "status of UserInfo").toBe(200);
  expect(response.headers.get("content-type"), "type of UserInfo").toMatch(/^application\/json\b/);
  const claims = (await response.json()) as Record<string, unknown>;
  expect(claims.sub, "sub of UserInfo").toBe(subject);
  for (const [name, value] of Object.entries(claims)) {
    expect(value, name).not.toBe(null);
    if (name.endsWith("_verified")) expect(value, name).toBeTypeOf("boolean");
    if (name === "updated_at") expect(value, name).toBeTypeOf("number");
    if (name === "address") expect(value, name).toBeTypeOf("object");
  }
  return claims;
}
