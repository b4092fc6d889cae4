// What an answer under load has to say: whose it is, for whom, and from which realm. A status alone would not notice somebody else's token.
import { createHash, createPublicKey, verify } from "node:crypto";

export class WrongAnswer extends Error {}

/** Throws WrongAnswer. @param {string} what is compared, for the report */
function expectSame(what, actual, expected) {
  if (actual !== expected)
    throw new WrongAnswer(`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

/** @param {{ keys: { kid: string }[] }} jwks @returns {Map<string, import("node:crypto").KeyObject>} by `kid` */
export const readKeys = ({ keys }) =>
  new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: "jwk" })]));

const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));

/** Claims of a JWT that one of the realm's ES256 keys has signed (RFC 7515 §5.2). Throws WrongAnswer. */
function openToken(what, token, { keys }) {
  const [header, payload, signature] = String(token).split(".");
  if (signature === undefined) throw new WrongAnswer(`${what} is no JWT`);
  const { alg, kid } = decode(header);
  expectSame(`${what}'s alg`, alg, "ES256");
  const key = keys.get(kid);
  if (key === undefined) throw new WrongAnswer(`${what} is signed with ${kid}, which is no key of this realm`);
  const signed = { key, dsaEncoding: "ieee-p1363" };
  if (!verify("sha256", Buffer.from(`${header}.${payload}`), signed, Buffer.from(signature, "base64url")))
    throw new WrongAnswer(`${what} has a wrong signature`);
  const claims = decode(payload);
  if (!(claims.exp * 1000 > Date.now())) throw new WrongAnswer(`${what} has expired`);
  return claims;
}

/** OIDC Core §3.1.3.7. `nonce` is what this very request sent, `accessToken` what came along. */
export function checkIdToken(token, { realm, client, user, nonce, accessToken }) {
  const claims = openToken("id_token", token, realm);
  expectSame("id_token.iss", claims.iss, realm.issuer);
  expectSame("id_token.aud", claims.aud, client.id);
  expectSame("id_token.sub", claims.sub, String(user.id));
  expectSame("id_token.nonce", claims.nonce, nonce);
  const half = createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
  expectSame("id_token.at_hash", claims.at_hash, half);
  return claims;
}

/** RFC 9068 §2.2. `user` is null for a token of the client's own. */
export function checkAccessToken(token, { realm, client, user, scope }) {
  const claims = openToken("access_token", token, realm);
  expectSame("access_token.iss", claims.iss, realm.issuer);
  expectSame("access_token.aud", claims.aud, realm.issuer);
  expectSame("access_token.client_id", claims.client_id, client.id);
  expectSame("access_token.sub", claims.sub, user === null ? client.id : String(user.id));
  if (scope !== undefined) expectSame("access_token.scope", claims.scope, scope);
  return claims;
}

/** The address that the browser is sent back to (RFC 6749 §4.1.2, RFC 9207). Answers the code. */
export function checkReturn(location, { realm, client, state }) {
  const url = new URL(location);
  expectSame("the return address", `${url.origin}${url.pathname}`, client.redirectUri);
  expectSame("state", url.searchParams.get("state"), state);
  expectSame("iss", url.searchParams.get("iss"), realm.issuer);
  const code = url.searchParams.get("code");
  if (!code) throw new WrongAnswer(`no code, but ${url.searchParams.get("error")}`);
  return code;
}

/** A live token, asked about by its own client (RFC 7662 §2.2). */
export function checkIntrospection(answer, { realm, client, user }) {
  expectSame("introspection.active", answer.active, true);
  expectSame("introspection.iss", answer.iss, realm.issuer);
  expectSame("introspection.client_id", answer.client_id, client.id);
  expectSame("introspection.sub", answer.sub, String(user.id));
}

/** Somebody else's token: nothing but that it is of no use to the one who asks (RFC 7662 §2.2). */
export function checkForeignIntrospection(answer) {
  expectSame("introspection of a foreign token", JSON.stringify(answer), '{"active":false}');
}

/** OIDC Core §5.3.2. */
export function checkUserInfo(answer, { user }) {
  expectSame("userinfo.sub", answer.sub, String(user.id));
  expectSame("userinfo.email", answer.email, user.email);
  expectSame("userinfo.name", answer.name, user.name);
}

/** A person in the session API. */
export function checkPerson({ user: person }, { user }) {
  expectSame("user.id", person?.id, user.id);
  expectSame("user.email", person?.email, user.email);
  expectSame("user.name", person?.name, user.name);
}

/** The session that a sign-in has opened. */
export function checkSession(token, { realm, user }) {
  const claims = openToken("the session", token, realm);
  expectSame("session.iss", claims.iss, realm.issuer);
  expectSame("session.sub", claims.sub, String(user.id));
}

/** OpenID Connect Discovery §3: every endpoint is the realm's own. */
export function checkDiscovery(document, { realm }) {
  expectSame("issuer", document.issuer, realm.issuer);
  for (const [name, value] of Object.entries(document))
    if (/_endpoint$|^jwks_uri$/.test(name)) expectSame(name, new URL(value).origin, new URL(realm.issuer).origin);
}

/** The realm's own keys, those from when the run began among them, and nobody else's. */
export function checkKeys({ keys }, { realm, others }) {
  const kids = keys.map(({ kid }) => kid);
  for (const kid of realm.keys.keys())
    if (!kids.includes(kid)) throw new WrongAnswer(`the key ${kid} is not published`);
  for (const other of others)
    for (const kid of other.keys.keys())
      if (kids.includes(kid)) throw new WrongAnswer(`the key ${kid} is another realm's`);
  if (keys.some((jwk) => "d" in jwk)) throw new WrongAnswer("a private key is published");
}
