import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { expect } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, type Json, operate } from "../admin/support.ts";
import { cookiesOf, formBody, jsonBody, request } from "../support/world.ts";
import { countUsers } from "../surfaces/session-api.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** A main product, and what it signs with. */
export interface Product {
  readonly name: string;
  readonly issuer: string;
  /** A token as the product gives them out; claims that are undefined are left out. */
  token(claims?: Claims, header?: Record<string, unknown>): Promise<string>;
  sign(claims: Claims, header?: Record<string, unknown>): Promise<string>;
}

export const seconds = (): number => Math.floor(Date.now() / 1000);

const without = (claims: Claims): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));

const productOf = (name: string, issuer: string, sign: Product["sign"]): Product => ({
  name,
  issuer,
  sign,
  token: (claims = {}, header = {}) =>
    sign(
      { iss: issuer, user_id: "12345", iat: seconds(), exp: seconds() + 300, jti: randomHandle(16), ...claims },
      header,
    ),
});

export const putSource = (context: RealmContext, name: string, body: Json): Promise<Json> =>
  done(201, operate("PUT", `/realms/${context.realm.id}/sources/${name}`, body));

/** A product that shares a secret with the realm. */
export async function makeProduct(context: RealmContext, name = "main_product", body: Json = {}): Promise<Product> {
  const secret = randomHandle(32);
  const issuer = `https://${name.replaceAll("_", "-")}.example`;
  await putSource(context, name, { issuer, algorithm: "HS256", secret, ...body });
  return productOf(name, issuer, (claims, header) =>
    new SignJWT(without(claims))
      .setProtectedHeader({ alg: "HS256", typ: "JWT", ...header })
      .sign(new TextEncoder().encode(secret)),
  );
}

/** A product that signs with a key of its own. */
export async function makeKeyedProduct(
  context: RealmContext,
  algorithm: "RS256" | "ES256",
  name = "main_product",
  body: Json = {},
) {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: algorithm, kid: `${name}-1`, use: "sig" };
  const issuer = `https://${name.replaceAll("_", "-")}.example`;
  const keys = body.jwks_uri === undefined ? { jwks: { keys: [jwk] } } : {};
  await putSource(context, name, { issuer, algorithm, ...keys, ...body });
  const product = productOf(name, issuer, (claims, header) =>
    new SignJWT(without(claims))
      .setProtectedHeader({ alg: algorithm, typ: "JWT", kid: jwk.kid, ...header })
      .sign(pair.privateKey),
  );
  return { ...product, jwk, pair };
}

export const at = (context: RealmContext, path: string): string => `${context.realm.issuer}/api/v1${path}`;

/** A server hands somebody over. */
export const handOver = (
  context: RealmContext,
  token: string,
  more: Json = {},
  headers: Record<string, string> = {},
): Promise<Response> => request(at(context, "/auth/jwt"), jsonBody({ token, ...more }, headers));

export const navigation = { accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

/** A form of a page hands somebody over. */
export function handOverByForm(
  context: RealmContext,
  fields: Record<string, string | undefined>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const init = formBody(fields);
  return request(at(context, "/auth/jwt"), { ...init, headers: { ...init.headers, ...navigation, ...headers } });
}

export interface SignedIn {
  readonly user: { readonly user_id: string; readonly quickpass_user_id: string; readonly email: string | null } & Json;
  readonly active_sessions_count: number;
  readonly expires_at: string;
}

/** Hands somebody over, which has to work. */
export async function arrive(context: RealmContext, token: string): Promise<SignedIn & { cookie: string }> {
  const response = await handOver(context, token);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return { ...(JSON.parse(text) as SignedIn), cookie: cookiesOf(response)["qt-auth"] ?? "" };
}

/** The id that stands in `qp_<id>`. */
export const idIn = ({ user }: SignedIn): number => Number(user.quickpass_user_id.replace("qp_", ""));

/** A refusal of this surface: RFC 9457, the code, no session. */
export async function expectProblem(response: Response, status: number, code: string, why = ""): Promise<Json> {
  const text = await response.text();
  expect([response.status, response.headers.get("x-error-code")], `${why} ${text}`).toEqual([status, code]);
  expect(response.headers.get("content-type"), why).toBe("application/problem+json");
  expect(response.headers.get("cache-control"), why).toBe("no-store");
  expect(response.headers.getSetCookie().join(), why).not.toContain("qt-auth=");
  expect(response.headers.get("x-qt-auth"), why).toBeNull();
  const body = JSON.parse(text) as Json;
  expect(body).toMatchObject({ type: "about:blank", status, code });
  return body;
}

export type Refusal = readonly [name: string, token: string, code: string];

/** Tokens that are each refused with 401 and their own code, and make nobody. */
export async function expectRefusals(context: RealmContext, refusals: readonly Refusal[]): Promise<void> {
  const before = await countUsers(context);
  for (const [name, token, code] of refusals) await expectProblem(await handOver(context, token), 401, code, name);
  expect(await countUsers(context)).toBe(before);
}

/** The token to finish a hand-over with. */
export async function linkTokenFor(context: RealmContext, token: string): Promise<string> {
  const body = await expectProblem(await handOver(context, token), 409, "link-required");
  expect(body.link_token).toEqual(expect.any(String));
  return String(body.link_token);
}

export const link = (context: RealmContext, body: Json, headers: Record<string, string> = {}): Promise<Response> =>
  request(at(context, "/users/accounts/link"), jsonBody(body, headers));

/** A key of a source's server. */
export async function makeKey(context: RealmContext, source: string, body: Json = {}): Promise<string> {
  const made = await done(201, operate("POST", `/realms/${context.realm.id}/sources/${source}/api-keys`, body));
  return String(made.api_key);
}
