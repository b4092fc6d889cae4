import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { rotateKeys } from "../../src/domain/keys/rotation.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { realmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts, RealmDirectory } from "../../src/domain/realms/realm-directory.ts";
import { openSession } from "../../src/domain/sessions/open-session.ts";
import { changeUser } from "../../src/domain/users/change-user.ts";
import type { NewUser } from "../../src/domain/users/new-user.ts";
import { systemClock } from "../../src/lib/time.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { SigningKeyStore } from "../../src/storage/d1/signing-key-store.ts";
import type { UserChanges, UserRow } from "../../src/storage/d1/user-store.ts";
import {
  config,
  formBody,
  makeUser,
  obtainCode,
  pkce,
  redeem,
  request,
  ring,
  type TestClient,
  type TokenAnswer,
  tokenRequest,
} from "./world.ts";

export interface SignedInUser {
  readonly user: UserRow;
  /** The value of the session cookie. */
  readonly cookie: string;
  readonly sid: string;
}

/** A user with a live session. No password is hashed, so that a test may have many. */
export async function signedInUser(context: RealmContext, input: NewUser = {}): Promise<SignedInUser> {
  const user = await makeUser(context, { password: null, ...input });
  return { user, ...(await openAnotherSession(context, user)) };
}

export async function openAnotherSession(
  context: RealmContext,
  user: UserRow,
): Promise<{ cookie: string; sid: string }> {
  const device = { userAgent: null, address: null, network: null, browser: null, post: null, previous: null };
  const { token, session } = await openSession(context, user, ["pwd"], device);
  return { cookie: token, sid: session.sid };
}

export interface Issued extends SignedInUser {
  readonly code: string;
  readonly verifier: string;
  readonly tokens: TokenAnswer;
}

/** A user of their own, signed in, and what the code flow gave the client for them. */
export async function issued(
  context: RealmContext,
  client: TestClient,
  parameters: Record<string, string | undefined> = {},
  input: NewUser = {},
): Promise<Issued> {
  const who = await signedInUser(context, input);
  const { code, verifier } = await obtainCode(context, client, who.cookie, parameters);
  return { ...who, code, verifier, tokens: await redeem(context, client, code, verifier) };
}

/** Path and query of a plain authorization request. */
export async function authorizePath(client: TestClient, parameters: Record<string, string> = {}): Promise<string> {
  const { challenge } = await pkce();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: client.metadata.redirect_uris[0] ?? "",
    scope: "openid",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...parameters,
  });
  return `/authorize?${query}`;
}

/** The fields of a code's redemption, as a client with nothing to hide sends them. */
export const redemption = (client: TestClient, code: string, verifier: string): Record<string, string | undefined> => ({
  grant_type: "authorization_code",
  code,
  redirect_uri: client.metadata.redirect_uris[0],
  code_verifier: verifier,
});

export const refresh = (
  context: RealmContext,
  client: TestClient,
  refreshToken: string,
  fields: Record<string, string | undefined> = {},
): Promise<Response> =>
  tokenRequest(context, client, { grant_type: "refresh_token", refresh_token: refreshToken, ...fields });

/** A form for the token endpoint without client authentication in the header. */
export const bareTokenRequest = (
  context: RealmContext,
  fields: Record<string, string | undefined>,
): Promise<Response> => request(`${context.realm.issuer}/token`, formBody(fields));

export const userinfo = (context: RealmContext, accessToken: string): Promise<Response> =>
  request(`${context.realm.issuer}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });

export async function tokenAnswer(response: Response): Promise<TokenAnswer> {
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as TokenAnswer;
}

/** RFC 6749 §5.2, to the letter: status, JSON, characters allowed in a description, nothing cached, no cookie. */
export async function expectOAuthError(response: Response, status: number, error: string): Promise<void> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.getSetCookie()).toEqual([]);
  const body = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(body).sort()).toEqual(["error", "error_description"]);
  expect(body.error).toBe(error);
  expect(response.headers.get("x-error-code")).toBe(error);
  expect(body.error_description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
}

/** Whether an access token means anything: what UserInfo and introspection say, which must agree. */
export async function isLive(context: RealmContext, client: TestClient, accessToken: string): Promise<boolean> {
  const [shown, told] = await Promise.all([
    userinfo(context, accessToken),
    introspection(context, client, accessToken),
  ]);
  expect(shown.status).toBe(told.active === true ? 200 : 401);
  return told.active === true;
}

export async function introspection(
  context: RealmContext,
  client: TestClient,
  token: string,
): Promise<Record<string, unknown>> {
  const response = await postAs(context, client, "/introspect", { token });
  expect(response.status).toBe(200);
  return response.json();
}

/** A form sent to one of the realm's endpoints with client_secret_basic. */
export function postAs(
  context: RealmContext,
  client: { clientId: string; secret: string },
  path: string,
  fields: Record<string, string | undefined>,
): Promise<Response> {
  const init = formBody(fields);
  const authorization = `Basic ${btoa(`${client.clientId}:${client.secret}`)}`;
  return request(`${context.realm.issuer}${path}`, { ...init, headers: { ...init.headers, authorization } });
}

/** The user's own object. */
export const objectOf = (context: RealmContext, userId: number) => env.USERS.getByName(`${context.realm.id}:${userId}`);

export const disable = (context: RealmContext, user: UserRow): Promise<UserRow> =>
  changeUser(context, user, { disabledAt: Date.now() }, "all");

export const changeAs = (context: RealmContext, user: UserRow, changes: UserChanges): Promise<UserRow> =>
  changeUser(context, user, changes, "none");

/** What a password reset does: another hash, and everything from before is over. */
export const resetPassword = (context: RealmContext, user: UserRow): Promise<UserRow> =>
  changeUser(context, user, { passwordHash: "$argon2id$replaced" }, "all");

/** The realm as it is stored now, in place of what this isolate remembers. */
export async function reread(context: RealmContext): Promise<RealmContext> {
  forgetHosts(context.realm.hosts);
  const realm = await new RealmDirectory(databasesOf(env), config, ring, systemClock).findByHost(
    context.realm.authDomain,
  );
  if (realm === null) throw new Error("realm not found");
  return realmContext(realm, env, config, ring);
}

/** next → active → retired for every algorithm of the realm. */
export async function rotate(context: RealmContext): Promise<RealmContext> {
  const { realm } = context;
  await rotateKeys(
    new SigningKeyStore(env.DB, realm.id),
    realm.keys.algorithms,
    { id: realm.id, keys: realm.keys.rows, longestTokenSeconds: realm.settings.session_absolute_seconds },
    ring,
    Date.now(),
  );
  return reread(context);
}
