import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import { kvKeys } from "../../src/storage/kv/keys.ts";
import { done, operate } from "../admin/support.ts";
import {
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  request,
  signIn,
  tokenRequest,
  tokensFor,
} from "../support/world.ts";
import { answerOf, ask, hashOf, makeAsker, makeKey, makeSource, verifyUrl } from "./support.ts";

const gone = { valid: false };

describe("what a main product's server hears (S0.23)", () => {
  it("tells who is behind a session's token, in few words", async () => {
    const asker = await makeAsker();
    const user = await makeUser(asker.context, { name: "Vera Verified", roles: ["user"], externalId: "ext-1" });
    expect(await answerOf(asker, await signIn(asker.context, user))).toEqual({
      valid: true,
      user: {
        user_id: String(user.id),
        quickpass_user_id: `qp_${user.id}`,
        external_id: "ext-1",
        name: "Vera Verified",
        email: user.email,
        roles: ["user"],
        source: "main_product",
      },
    });
  });

  it("names the user as the product does where their ids are the same", async () => {
    const asker = await makeAsker({}, { user_id_mode: "unified" });
    const user = await makeUser(asker.context, { externalId: "12345" });
    expect(await answerOf(asker, await signIn(asker.context, user))).toMatchObject({ user: { user_id: "12345" } });
  });

  it("knows access tokens, those got by refreshing too, and a hash in capitals", async () => {
    const asker = await makeAsker();
    const client = await makeClient(asker.context);
    const { user, tokens } = await tokensFor(asker.context, client);
    const { refresh_token } = tokens;
    const refreshed = await tokenRequest(asker.context, client, { grant_type: "refresh_token", refresh_token });
    const { access_token } = await refreshed.json<{ access_token: string }>();
    for (const token of [tokens.access_token, access_token])
      expect(await answerOf(asker, token)).toMatchObject({ valid: true, user: { user_id: String(user.id) } });
    const capitals = await ask(asker, hashOf(access_token).toUpperCase());
    expect(await capitals.json()).toMatchObject({ valid: true });
  });

  it("is false for what is no token of a user's, whatever it is", async () => {
    const asker = await makeAsker();
    const client = await makeClient(asker.context, { grant_types: ["authorization_code", "client_credentials"] });
    const { tokens } = await tokensFor(asker.context, await makeClient(asker.context));
    const own = await tokenRequest(asker.context, client, { grant_type: "client_credentials" });
    const { access_token } = await own.json<{ access_token: string }>();
    for (const token of ["", "nobody's", tokens.refresh_token, tokens.id_token, access_token])
      expect(await answerOf(asker, token)).toEqual(gone);
  });

  it("SE-07 is false from the moment that a session is over, however it ends", async () => {
    const asker = await makeAsker();
    const { context } = asker;
    const user = await makeUser(context);
    const [kicked, out, changed] = [
      await signIn(context, user),
      await signIn(context, user),
      await signIn(context, user),
    ];
    const api = (path: string, cookie: string) =>
      request(`${context.realm.issuer}/api/auth/v1${path}`, { headers: { cookie: `qt-auth=${cookie}` } });
    expect((await api("/logout", out)).status).toBe(204);
    expect(await answerOf(asker, out)).toEqual(gone);
    expect(await answerOf(asker, kicked)).toMatchObject({ valid: true });
    const kick = await request(`${context.realm.issuer}/api/auth/v1/kick`, {
      ...jsonBody({}),
      headers: { "content-type": "application/json", cookie: `qt-auth=${changed}` },
    });
    expect(kick.status).toBe(200);
    expect(await answerOf(asker, kicked)).toEqual(gone);
    expect(await answerOf(asker, changed)).toMatchObject({ valid: true });
    const path = `/realms/${context.realm.id}/users/${user.id}`;
    expect((await operate("PATCH", path, { disabled: true })).status).toBe(200);
    expect(await answerOf(asker, changed)).toEqual(gone);
  });

  it("is false for an access token that was revoked, or whose session or application is gone", async () => {
    const asker = await makeAsker();
    const { context } = asker;
    const client = await makeClient(context);
    const [revoked, ended, switchedOff] = [
      await tokensFor(context, client),
      await tokensFor(context, client, { scope: "openid" }),
      await tokensFor(context, client),
    ];
    const revocation = formBody({
      token: revoked.tokens.access_token,
      client_id: client.clientId,
      client_secret: client.secret,
    });
    expect((await request(`${context.realm.issuer}/revoke`, revocation)).status).toBe(200);
    expect(await answerOf(asker, revoked.tokens.access_token)).toEqual(gone);
    await request(`${context.realm.issuer}/api/auth/v1/logout`, { headers: { cookie: `qt-auth=${ended.cookie}` } });
    expect(await answerOf(asker, ended.tokens.access_token)).toEqual(gone);
    expect(await answerOf(asker, switchedOff.tokens.access_token)).toMatchObject({ valid: true });
    await operate("PATCH", `/realms/${context.realm.id}/clients/${client.clientId}`, { disabled: true });
    expect(await answerOf(asker, switchedOff.tokens.access_token)).toEqual(gone);
  });

  it("MR-02 knows nothing of another realm's tokens, nor of its keys", async () => {
    const [one, other] = [await makeAsker(), await makeAsker()];
    const token = await signIn(one.context, await makeUser(one.context));
    expect(await answerOf(other, token)).toEqual(gone);
    expect((await ask({ context: other.context, key: one.key }, hashOf(token))).status).toBe(401);
  });
});

describe("tokens by their hash", () => {
  const isKnown = async (realmId: string, token: string): Promise<boolean> => {
    return (await env.GRANTS.get(kvKeys.tokenIndex(realmId, await sha256(token)))) !== null;
  };

  it("are written down only where a server may ask, and a session from before on its next use", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const early = await signIn(context, user);
    await makeSource(context);
    await makeKey(context, "main_product", { scopes: ["accounts:read"] });
    const inBetween = await signIn(context, user);
    const { tokens } = await tokensFor(context, await makeClient(context));
    const known = [early, inBetween, tokens.access_token].map((token) => isKnown(context.realm.id, token));
    expect(await Promise.all(known)).toEqual([false, true, false]);

    const asker = { context, key: await makeKey(context) };
    expect(await answerOf(asker, inBetween)).toMatchObject({ valid: true });
    expect(await answerOf(asker, early)).toEqual(gone);
    const me = `${context.realm.issuer}/api/auth/v1/users/me`;
    expect((await request(me, { headers: { cookie: `qt-auth=${early}` } })).status).toBe(200);
    expect(await answerOf(asker, early)).toMatchObject({ valid: true, user: { user_id: String(user.id) } });
    const late = await signIn(context, user);
    expect(await answerOf(asker, late)).toMatchObject({ valid: true });
  });

  it("SE-03 a token that somebody made up is not written down by being shown", async () => {
    const { context } = await makeAsker();
    const forged = `${await signIn(context, await makeUser(context))}x`;
    await request(`${context.realm.issuer}/api/auth/v1/users/me`, { headers: { cookie: `qt-auth=${forged}` } });
    expect(await isKnown(context.realm.id, forged)).toBe(false);
  });

  it("are of no use to sign in with", async () => {
    const { context } = await makeAsker();
    const token = await signIn(context, await makeUser(context));
    const listed = await env.GRANTS.list({ prefix: kvKeys.tokenIndex(context.realm.id, "") });
    const stored =
      (await Promise.all(listed.keys.map(({ name }) => env.GRANTS.get(name)))).join() + JSON.stringify(listed);
    expect(listed.keys).toHaveLength(1);
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(token.split(".")[2]);
    expect(stored).not.toContain(goodPassword);
  });
});

describe("who may ask (S0.24)", () => {
  it.each([
    ["no key", undefined, "api-key"],
    ["a made-up key", `gk_${"A".repeat(43)}`, "api-key"],
    ["an empty key", "", "api-key"],
  ])("401 for %s", async (_, key, code) => {
    const { context } = await makeAsker();
    const token = await signIn(context, await makeUser(context));
    const response = await ask(key === undefined ? { context } : { context, key }, hashOf(token));
    expect(response.status).toBe(401);
    expect(response.headers.get("x-error-code")).toContain(code);
    expect(await response.text()).not.toContain('valid":');
  });

  it("403 for a key without the scope, 401 for one that was deleted", async () => {
    const { context } = await makeAsker();
    const key = await makeKey(context, "main_product", { scopes: ["accounts:read"] });
    expect((await ask({ context, key }, hashOf("x"))).status).toBe(403);
    const base = `/realms/${context.realm.id}/sources/main_product/api-keys`;
    const made = await done(201, operate("POST", base, {}));
    expect((await operate("DELETE", `${base}/${String(made.id)}`)).status).toBe(204);
    expect((await ask({ context, key: String(made.api_key) }, hashOf("x"))).status).toBe(401);
  });

  it.each([
    ["nothing", {}],
    ["a token in place of its hash", { token_hash: "eyJhbGciOiJFUzI1NiJ9.e30.x" }],
    ["half a hash", { token_hash: "ab".repeat(31) }],
    ["base64url", { token_hash: "A".repeat(43) }],
    ["a list", { token_hash: [hashOf("x")] }],
    ["something besides", { token_hash: hashOf("x"), user_id: 1 }],
  ])("422 for %s", async (_, body) => {
    const { context, key } = await makeAsker();
    const response = await request(verifyUrl(context), jsonBody(body, { "x-api-key": key }));
    expect([response.status, response.headers.get("x-error-code")]).toEqual([422, "validation-failed"]);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});
