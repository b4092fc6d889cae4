import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { assertionFields, makeAssertion, makeKey, makeSigningClient } from "../support/assertions.ts";
import { travel } from "../support/clock.ts";
import { costOf, countingEnv } from "../support/counting-env.ts";
import { boundTokens, makeProof, makeProofKey } from "../support/dpop.ts";
import { authorizationFields, pushed, pushedUrl, urnPrefix } from "../support/pushed.ts";
import { spoiled } from "../support/spoiled.ts";
import { authorizePath, type Issued, issued, redemption } from "../support/token-side.ts";
import {
  basicAuth,
  formBody,
  makeClient,
  makeRealm,
  obtainCode,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";

const counting = countingEnv();

let context: RealmContext;
let client: TestClient;
let machine: TestClient;
let who: Issued;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
  who = await issued(context, client);
  // The clock stands still, so that nothing the isolate remembers grows old between two requests.
  travel(0);
  forgetHosts(context.realm.hosts);
  await cost("/jwks.json");
});
afterAll(() => {
  vi.useRealTimers();
});

const at = (path: string): string => `${context.realm.issuer}${path}`;
const cost = (path: string, init: RequestInit = {}) => costOf(counting, at(path), init);

const asClient = (fields: Record<string, string | undefined>, as: TestClient = client): RequestInit => {
  const init = formBody(fields);
  return { ...init, headers: { ...init.headers, authorization: basicAuth(as) } };
};

/** Asks twice: the first time fills the isolate's caches. */
async function warmCost(path: string, init: RequestInit, status: number): Promise<string[]> {
  expect((await cost(path, init)).response.status).toBe(status);
  const { response, calls } = await cost(path, init);
  expect(response.status).toBe(status);
  return calls;
}

describe("what a warm request costs in calls to storage", () => {
  it("counts at all: a cold request reads the realm", async () => {
    forgetHosts(context.realm.hosts);
    expect((await cost("/jwks.json")).calls).toEqual(["DB.raw"]);
    expect((await cost("/jwks.json")).calls).toEqual([]);
  });

  it.each([
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/jwks.json",
    "/v1/jwks.json",
  ])("%s: nothing", async (path) => {
    expect(await warmCost(path, {}, 200)).toEqual([]);
  });

  it("GET /api/auth/v1/users/me: one call to the user's object", async () => {
    const asUser = { headers: { cookie: `qt-auth=${who.cookie}` } };
    expect(await warmCost("/api/auth/v1/users/me", asUser, 200)).toEqual(["USERS.session"]);
  });

  it("without a session, or with a forged one: nothing; what garbage can name wakes no object", async () => {
    expect(await warmCost("/api/auth/v1/users/me", {}, 403)).toEqual([]);
    const forged = { headers: { cookie: `qt-auth=${spoiled(who.cookie)}` } };
    expect(await warmCost("/api/auth/v1/users/me", forged, 403)).toEqual([]);
  });

  it("GET /authorize with a session: one call to the object, one write to KV", async () => {
    const path = await authorizePath(client);
    const asUser = { headers: { cookie: `qt-auth=${who.cookie}` } };
    expect(await warmCost(path, asUser, 302)).toEqual(["USERS.sessionAndConsent", "GRANTS.put"]);
    expect(await warmCost(path, {}, 302)).toEqual([]);
  });

  it("POST /par: one write to KV, and one call to an object of the client's for what it may prove once", async () => {
    expect(await warmCost("/par", asClient(authorizationFields(client)), 201)).toEqual(["GRANTS.put"]);
    const key = await makeKey("ES256");
    const signer = await makeSigningClient(context, key);
    const signed = async () => assertionFields(await makeAssertion(context, signer, key));
    await cost("/par", formBody({ ...authorizationFields(signer), ...(await signed()) }));
    const { response, calls } = await cost("/par", formBody({ ...authorizationFields(signer), ...(await signed()) }));
    expect([response.status, calls]).toEqual([201, ["USERS.spend", "GRANTS.put"]]);
    const forged = formBody({
      ...authorizationFields(signer),
      ...assertionFields(`${await makeAssertion(context, signer, key)}AAAA`),
    });
    expect(await warmCost("/par", forged, 401)).toEqual(["ADDRESS_LIMITER.limit"]);
  });

  it("GET /authorize with a pushed request: what it takes to find it and to use it up; nothing for a made-up one", async () => {
    const asUser = { headers: { cookie: `qt-auth=${who.cookie}` } };
    const path = (requestUri: string) =>
      pushedUrl(context, client.clientId, requestUri).slice(context.realm.issuer.length);
    const { response, calls } = await cost(path(await pushed(context, client)), asUser);
    expect(response.status).toBe(302);
    expect(calls).toEqual(["GRANTS.get", "USERS.isSpent", "USERS.sessionAndConsent", "USERS.spend", "GRANTS.put"]);
    expect(await warmCost(path(`${urnPrefix}x`), asUser, 400)).toEqual([]);
    expect(await warmCost(path(`${urnPrefix}${"A".repeat(43)}`), asUser, 400)).toEqual(["GRANTS.get"]);
  });

  it("POST /token with a code: one read from KV, one call to the object", async () => {
    for (const round of ["cold", "warm"]) {
      const { code, verifier } = await obtainCode(context, client, who.cookie);
      const { response, calls } = await cost("/token", asClient(redemption(client, code, verifier)));
      expect(response.status).toBe(200);
      if (round === "warm") expect(calls).toEqual(["GRANTS.get", "USERS.redeemCode"]);
    }
  });

  it("POST /token with a refresh token: one call to the object, from a browser too", async () => {
    const { tokens } = await issued(context, client);
    const init = asClient({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    expect(await warmCost("/token", init, 200)).toEqual(["USERS.rotateGrant"]);
    for (const origin of ["https://partner.test", "https://evil.test"]) {
      const fromBrowser = { ...init, headers: { ...(init.headers as Record<string, string>), origin } };
      expect(await warmCost("/token", fromBrowser, 200)).toEqual(["USERS.rotateGrant"]);
    }
  });

  it("POST /token for the client itself: nothing", async () => {
    expect(await warmCost("/token", asClient({ grant_type: "client_credentials" }, machine), 200)).toEqual([]);
  });

  it("a token request that is wrong: nothing beyond what it takes to know", async () => {
    expect(
      await warmCost("/token", asClient({ grant_type: "refresh_token", refresh_token: "rt.t1.x.y" }), 400),
    ).toEqual([]);
    expect(await warmCost("/token", asClient({ grant_type: "authorization_code", code: "x" }), 400)).toEqual([
      "GRANTS.get",
    ]);
    expect(await warmCost("/token", asClient({ grant_type: "magic" }), 400)).toEqual([]);
    const wrongSecret = asClient({ grant_type: "client_credentials" }, { ...client, secret: "wrong" });
    expect(await warmCost("/token", wrongSecret, 401)).toEqual(["ADDRESS_LIMITER.limit"]);
  });

  it("GET /userinfo: one call to the object; nothing for a token that is none", async () => {
    const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    expect(await warmCost("/userinfo", withToken(who.tokens.access_token), 200)).toEqual(["USERS.grantOfToken"]);
    expect(await warmCost("/userinfo", withToken(spoiled(who.tokens.access_token)), 401)).toEqual([]);
  });

  it("split tokens: one write to KV when they are issued, one read and one call to the object when they are used", async () => {
    const splitting = await makeClient(context, { access_token_format: "split" });
    const { tokens } = await issued(context, splitting);
    const refreshed = asClient({ grant_type: "refresh_token", refresh_token: tokens.refresh_token }, splitting);
    expect(await warmCost("/token", refreshed, 200)).toEqual(["USERS.rotateGrant", "GRANTS.put"]);
    const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    for (const path of ["/userinfo", "/api/auth/user-context"]) {
      expect(await warmCost(path, withToken(tokens.access_token), 200)).toEqual(["GRANTS.get", "USERS.grantOfToken"]);
      // What is not of the shape is not even looked up, and what nobody was given wakes no object.
      expect(await warmCost(path, withToken(tokens.access_token.slice(1)), 401)).toEqual([]);
      expect(await warmCost(path, withToken("A".repeat(86)), 401)).toEqual(["GRANTS.get"]);
    }
  });

  it("POST /token with a proof of possession: not a call more; one where there is no user", async () => {
    const key = await makeProofKey();
    const url = at("/token");
    const proven = async (init: RequestInit) => ({
      ...init,
      headers: { ...(init.headers as Record<string, string>), dpop: await makeProof(key, { url }) },
    });
    const { code, verifier } = await obtainCode(context, client, who.cookie);
    const redeemed = await cost("/token", await proven(asClient(redemption(client, code, verifier))));
    expect(redeemed.calls).toEqual(["GRANTS.get", "USERS.redeemCode"]);
    const { refresh_token } = (await redeemed.response.json()) as { refresh_token: string };
    const refreshed = await cost("/token", await proven(asClient({ grant_type: "refresh_token", refresh_token })));
    expect(refreshed.response.status).toBe(200);
    expect(refreshed.calls).toEqual(["USERS.rotateGrant"]);
    const own = asClient({ grant_type: "client_credentials" }, machine);
    expect((await cost("/token", await proven(own))).calls).toEqual(["USERS.spend"]);
    const forged = { ...own, headers: { ...(own.headers as Record<string, string>), dpop: "x.y.z" } };
    expect((await cost("/token", forged)).calls).toEqual([]);
    const unknown = asClient({ grant_type: "refresh_token", refresh_token: "rt.t1.x.y" });
    expect((await cost("/token", await proven(unknown))).calls).toEqual([]);
  });

  it("GET /userinfo with a bound token: one call, which spends the proof too; nothing for a proof that is none", async () => {
    const key = await makeProofKey();
    const { tokens } = await boundTokens(context, client, key);
    const accessToken = tokens.access_token;
    const authorization = `DPoP ${accessToken}`;
    const dpop = await makeProof(key, { url: at("/userinfo"), method: "GET", accessToken });
    expect((await cost("/userinfo", { headers: { authorization, dpop } })).calls).toEqual(["USERS.grantOfToken"]);
    for (const headers of [{ authorization }, { authorization, dpop: "x.y.z" }])
      expect(await warmCost("/userinfo", { headers }, 401)).toEqual([]);
  });

  it("POST /introspect: one call to the object, for either kind of token", async () => {
    for (const token of [who.tokens.access_token, who.tokens.refresh_token])
      expect(await warmCost("/introspect", asClient({ token }), 200)).toEqual(["USERS.grantOfToken"]);
    expect(await warmCost("/introspect", asClient({ token: "x" }), 200)).toEqual([]);
  });

  it("POST /introspect of a client's own token: one look at the list of revoked ones", async () => {
    const answer = await tokenRequest(context, machine, { grant_type: "client_credentials" });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect(await warmCost("/introspect", asClient({ token }, machine), 200)).toEqual(["DB.raw"]);
  });

  it("POST /revoke: one call to the object", async () => {
    const { tokens } = await issued(context, client);
    expect(await warmCost("/revoke", asClient({ token: tokens.access_token }), 200)).toEqual(["USERS.revokeToken"]);
    expect(await warmCost("/revoke", asClient({ token: tokens.refresh_token }), 200)).toEqual(["USERS.revokeGrant"]);
    expect(await warmCost("/revoke", asClient({ token: "x" }), 200)).toEqual([]);
  });

  it("GET /api/auth/v1/sessions and sign-out: one call and two", async () => {
    const asUser = { headers: { cookie: `qt-auth=${who.cookie}` } };
    expect(await warmCost("/api/auth/v1/sessions", asUser, 200)).toEqual(["USERS.sessionAmongOthers"]);
    const { response, calls } = await cost("/api/auth/v1/logout", asUser);
    expect(response.status).toBe(204);
    expect(calls).toEqual(["USERS.session", "USERS.endSession"]);
  });
});
