import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { sha256 } from "../../src/crypto/hash.ts";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { redemption, type SignedInUser, signedInUser } from "./token-side.ts";
import { basicAuth, formBody, obtainCode, request, type TestClient, type TokenAnswer } from "./world.ts";

/** A client's key for proofs of possession (RFC 9449). */
export interface ProofKey {
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  readonly privateJwk: JWK;
  readonly jkt: string;
}

export async function makeProofKey(algorithm = "ES256"): Promise<ProofKey> {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  return {
    algorithm,
    privateKey: pair.privateKey,
    jwk,
    privateJwk: await exportJWK(pair.privateKey),
    jkt: await calculateJwkThumbprint(jwk),
  };
}

/** What a proof is about, and what it may say besides. */
export interface ProofAbout {
  readonly url: string;
  readonly method?: string;
  readonly accessToken?: string;
  readonly nonce?: string;
}

type Json = Record<string, unknown>;

/** Claims of a good proof. */
export async function proofClaims({ url, method = "POST", accessToken, nonce }: ProofAbout): Promise<Json> {
  return {
    jti: randomHandle(16),
    htm: method,
    htu: url,
    iat: Math.floor(Date.now() / 1000),
    ...(accessToken === undefined ? {} : { ath: await sha256(accessToken) }),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

/** A proof: good, unless `claims` or `header` change it. What is undefined there is left out. */
export async function makeProof(
  key: ProofKey,
  about: ProofAbout,
  claims: Json = {},
  header: Json = {},
): Promise<string> {
  return new SignJWT(defined({ ...(await proofClaims(about)), ...claims }))
    .setProtectedHeader({ ...defined({ typ: "dpop+jwt", jwk: key.jwk, ...header }), alg: key.algorithm })
    .sign(key.privateKey);
}

const defined = (members: Json): Json =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

export const tokenUrl = (context: RealmContext): string => `${context.realm.issuer}/token`;
export const userinfoUrl = (context: RealmContext): string => `${context.realm.issuer}/userinfo`;

/** A request to the token endpoint as any client makes it: by its secret, or by its name alone. */
export function provenTokenRequest(
  context: RealmContext,
  client: TestClient,
  fields: Record<string, string | undefined>,
  proof?: string,
): Promise<Response> {
  const isPublic = client.type === "public";
  const init = formBody(isPublic ? { ...fields, client_id: client.clientId } : fields);
  const headers: Record<string, string> = {
    ...(init.headers as Record<string, string>),
    ...(isPublic ? {} : { authorization: basicAuth(client) }),
    ...(proof === undefined ? {} : { dpop: proof }),
  };
  return request(tokenUrl(context), { ...init, headers });
}

/** The same with a good proof of the key. */
export const tokensByKey = async (
  context: RealmContext,
  client: TestClient,
  fields: Record<string, string | undefined>,
  key: ProofKey,
  claims: Json = {},
): Promise<Response> =>
  provenTokenRequest(context, client, fields, await makeProof(key, { url: tokenUrl(context) }, claims));

export interface Bound extends SignedInUser {
  readonly tokens: TokenAnswer;
}

/** A user of their own, signed in, and tokens for them that are bound to the key. */
export async function boundTokens(
  context: RealmContext,
  client: TestClient,
  key: ProofKey,
  parameters: Record<string, string | undefined> = {},
): Promise<Bound> {
  const who = await signedInUser(context);
  const { code, verifier } = await obtainCode(context, client, who.cookie, parameters);
  const response = await tokensByKey(context, client, redemption(client, code, verifier), key);
  if (response.status !== 200) throw new Error(`token endpoint answered ${response.status}: ${await response.text()}`);
  return { ...who, tokens: await response.json() };
}

/** UserInfo asked by the scheme DPoP. */
export const provenUserinfo = (context: RealmContext, accessToken: string, proof?: string): Promise<Response> =>
  request(userinfoUrl(context), {
    headers: { authorization: `DPoP ${accessToken}`, ...(proof === undefined ? {} : { dpop: proof }) },
  });

/** The same with a good proof of the key. */
export const userinfoByKey = async (context: RealmContext, accessToken: string, key: ProofKey): Promise<Response> =>
  provenUserinfo(context, accessToken, await makeProof(key, { url: userinfoUrl(context), method: "GET", accessToken }));
