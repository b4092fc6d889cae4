import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { randomHandle } from "../../src/crypto/random.ts";
import { assertionType } from "../../src/domain/clients/client-assertion.ts";
import type { AssertionAlgorithm } from "../../src/domain/clients/client-keys.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { formBody, makeClient, request, type TestClient } from "./world.ts";

export type Json = Record<string, unknown>;

/** A key pair of a client's. */
export interface ClientKey {
  readonly alg: AssertionAlgorithm;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK & { kty: string };
  readonly privateJwk: JWK;
}

export async function makeKey(alg: AssertionAlgorithm, kid = `key-${randomHandle(6)}`): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const { kty = "", ...members } = await exportJWK(publicKey);
  return { alg, privateKey, publicJwk: { kty, ...members, kid }, privateJwk: await exportJWK(privateKey) };
}

/** A client that authenticates by private_key_jwt with its key registered inline. */
export function makeSigningClient(
  context: RealmContext,
  key: ClientKey,
  metadata: Json = {},
  about: Parameters<typeof makeClient>[2] = {},
): Promise<TestClient> {
  const method = { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [key.publicJwk] } };
  return makeClient(context, { ...method, ...metadata }, about);
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** The claims of a faultless assertion. */
export const assertionClaims = (context: RealmContext, client: { clientId: string }): Json => ({
  iss: client.clientId,
  sub: client.clientId,
  aud: context.realm.issuer,
  exp: nowSeconds() + 60,
  iat: nowSeconds(),
  jti: randomHandle(16),
});

/** An assertion with some claims and header members changed or, when undefined, left out. */
export function makeAssertion(
  context: RealmContext,
  client: { clientId: string },
  key: ClientKey,
  claims: Json = {},
  header: Json = {},
): Promise<string> {
  const payload = { ...assertionClaims(context, client), ...claims } as JWTPayload;
  return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
    .setProtectedHeader({ alg: key.alg, kid: key.publicJwk.kid ?? "", ...header })
    .sign(key.privateKey, { crit: { evil: true } });
}

export const assertionFields = (assertion: string): Record<string, string> => ({
  client_assertion_type: assertionType,
  client_assertion: assertion,
});

/** A form sent to one of the realm's endpoints with an assertion. */
export async function postSigned(
  context: RealmContext,
  client: { clientId: string },
  key: ClientKey,
  path: string,
  fields: Record<string, string | undefined>,
): Promise<Response> {
  const proof = assertionFields(await makeAssertion(context, client, key));
  return request(`${context.realm.issuer}${path}`, formBody({ ...fields, ...proof }));
}
