/** private_key_jwt: RFC 7523 §2.2, §3; OIDC Core §9; FAPI 2.0 Security Profile §5.3.2.1. */
import { limits } from "../../config/limits.ts";
import { isSignedByOneOf, readUnprovenJwt, type UnprovenJwt } from "../../crypto/foreign-signature.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { OAuthError } from "../../errors/errors.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";
import { type AssertionAlgorithm, sameAlgorithm, signingKeys } from "./client-keys.ts";
import { keysOfClient } from "./published-keys.ts";
import { assertionAlgorithmsOf, requirementsOf } from "./requirements.ts";

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** An assertion that says whose it is, and has not been proven. */
export interface ClientAssertion extends UnprovenJwt {
  readonly clientId: string;
}

/** Who sent it, by its own words. Throws OAuthError. */
export function readClientAssertion(type: string | undefined, text: string | undefined): ClientAssertion {
  const jwt = type === assertionType && text !== undefined ? readUnprovenJwt(text) : null;
  if (jwt === null) throw new OAuthError("client-assertion-malformed");
  const { iss, sub } = jwt.claims;
  if (typeof sub !== "string" || sub !== iss) throw new OAuthError("client-assertion-claims-wrong");
  return { ...jwt, clientId: sub };
}

/** Proves that the client's own key has signed the assertion, for us, just now, and once. Throws OAuthError. */
export async function proveClientAssertion(
  context: RealmContext,
  client: Client,
  assertion: ClientAssertion,
): Promise<void> {
  const algorithm = checkHeader(client, assertion);
  const { jti, expiresAt } = checkClaims(context, client, assertion);
  if (!(await isSignedByClient(context, client, assertion, algorithm)))
    throw new OAuthError("client-assertion-signature-wrong");
  const spending = { id: `assertion:${await sha256(jti)}`, attemptId: randomHandle(16), expiresAt };
  if (!(await context.objects.spendForClient(client.clientId, spending)))
    throw new OAuthError("client-assertion-replayed");
}

/** Other tokens that the same key may sign are no assertions (RFC 8725 §3.11). */
function checkHeader(client: Client, { alg, typ }: ClientAssertion): AssertionAlgorithm {
  if (typ !== undefined && !/^(?:application\/)?(?:client-authentication\+)?jwt$/i.test(typ))
    throw new OAuthError("client-assertion-malformed");
  const algorithm = assertionAlgorithmsOf(client).find((allowed) => sameAlgorithm(allowed, alg));
  if (algorithm === undefined) throw new OAuthError("client-assertion-signature-wrong");
  return algorithm;
}

/** Its name for single use, and until when it has to be remembered: milliseconds since the epoch. */
function checkClaims(
  context: RealmContext,
  client: Client,
  { claims, clientId }: ClientAssertion,
): { jti: string; expiresAt: number } {
  const { aud, exp, nbf, iat, jti } = claims;
  const nowSeconds = context.clock.now() / 1000;
  const inTime = (time: unknown): boolean =>
    time === undefined || (typeof time === "number" && time <= nowSeconds + limits.assertionSkewSeconds);
  const isRight =
    clientId === client.clientId &&
    isForUs(context, client, aud) &&
    typeof exp === "number" &&
    exp > nowSeconds - limits.clockSkewSeconds &&
    exp <= nowSeconds + limits.assertionTtlSeconds + limits.clockSkewSeconds &&
    inTime(nbf) &&
    inTime(iat);
  if (!isRight || typeof jti !== "string" || jti === "" || jti.length > 256)
    throw new OAuthError("client-assertion-claims-wrong");
  return { jti, expiresAt: Math.ceil((exp + limits.clockSkewSeconds) * 1000) };
}

/** Where /token and /par stand, behind the issuer. */
const places = ["", "/v1", "/api/auth/v1/oauth"];
const endpoints = places.flatMap((place) => [`${place}/token`, `${place}/par`]);

/** The issuer is who we are. Clients outside FAPI may also name the endpoints that RFC 9126 §2 lists, in a list of one, too. */
function isForUs({ realm }: RealmContext, client: Client, aud: unknown): boolean {
  if (aud === realm.issuer) return true;
  if (requirementsOf(client).fapi2) return false;
  const only = Array.isArray(aud) && aud.length === 1 ? (aud as unknown[])[0] : aud;
  return only === realm.issuer || endpoints.some((path) => only === `${realm.issuer}${path}`);
}

async function isSignedByClient(
  context: RealmContext,
  client: Client,
  assertion: ClientAssertion,
  algorithm: AssertionAlgorithm,
): Promise<boolean> {
  for (const missing of [false, true]) {
    const keys = signingKeys(await keysOfClient(context, client, { missing }), algorithm, assertion.kid);
    if (await isSignedByOneOf(assertion, keys, context.clock.now())) return true;
    if (keys.length > 0 || client.metadata.jwks_uri === undefined) return false;
  }
  return false;
}
