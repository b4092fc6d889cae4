import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { enterWith, expectHeard, makeRelyingParty, subOf, toldOf } from "../logout/relying-party.ts";
import {
  expectOAuthError,
  isLive,
  redemption,
  refresh,
  type SignedInUser,
  signedInUser,
} from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeClient, makeRealm, obtainCode, redeem, request, type TestClient, tokenRequest } from "../support/world.ts";
import { authorize } from "./requests.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm();
});
beforeEach(stubInternet);
afterEach(() => {
  vi.unstubAllGlobals();
});

const scope = "openid profile email offline_access";

const thirdParty = (metadata: Record<string, unknown> = {}, name = "Partner"): Promise<TestClient> =>
  makeClient(context, metadata, { firstParty: false, name });

const grant = ({ user }: SignedInUser, { clientId }: { clientId: string }, scopes = scope.split(" ")): Promise<void> =>
  context.objects.call(user.id, (object) => object.addConsent(clientId, scopes));

/** Somebody who has agreed, and the tokens that the client got by it. */
async function agreed(client: TestClient) {
  const who = await signedInUser(context);
  await grant(who, client);
  const { code, verifier } = await obtainCode(context, client, who.cookie);
  return { ...who, code, verifier, tokens: await redeem(context, client, code, verifier) };
}

const call = (method: string, path: string, cookie: string | undefined, headers: Record<string, string> = {}) =>
  request(`${context.realm.issuer}/api/auth/v1/users/consents${path}`, {
    method,
    headers: { ...headers, ...(cookie === undefined ? {} : { cookie: `qt-auth=${cookie}` }) },
  });

const list = async (cookie: string) => {
  const response = await call("GET", "", cookie);
  expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
  return (await response.json<{ consents: Record<string, unknown>[] }>()).consents;
};

const isAsked = async (client: TestClient, cookie: string, asked = scope): Promise<boolean> => {
  const response = await authorize(context, client, { scope: asked }, cookie);
  return response.status === 200 && (await response.text()).includes('id="consent-form"');
};

describe("what one has granted (ASVS 10.7.3)", () => {
  it("AZ-17 is listed with name, host, scopes and times, and nobody else's is", async () => {
    const client = await thirdParty({ redirect_uris: ["https://reader.example/back"] }, "The <b>Reader</b>");
    const before = Date.now();
    const who = await signedInUser(context);
    expect(await list(who.cookie)).toEqual([]);
    await grant(who, client, ["openid", "email"]);
    const entry = {
      "client-id": client.clientId,
      "client-name": "The <b>Reader</b>",
      "client-host": "reader.example",
      scopes: ["openid", "email"],
      "granted-at": expect.any(Number),
      "last-used-at": null,
    };
    expect(await list(who.cookie)).toEqual([entry]);
    const { code, verifier } = await obtainCode(context, client, who.cookie, { scope: "openid email" });
    await redeem(context, client, code, verifier);
    const [used] = await list(who.cookie);
    for (const name of ["granted-at", "last-used-at"]) expect(used?.[name]).toBeGreaterThanOrEqual(before);
    expect(await list((await signedInUser(context)).cookie)).toEqual([]);
  });

  it("AZ-17 keeps an application in the list that is disabled or gone, so that it can be taken back", async () => {
    const [disabled, gone] = [await thirdParty(), await thirdParty()];
    const who = await signedInUser(context);
    for (const client of [disabled, gone]) await grant(who, client, ["openid"]);
    await context.clients.store.update(disabled, { disabledAt: Date.now() }, [], Date.now());
    await context.clients.store.delete(gone);
    for (const client of [disabled, gone]) context.clients.forget(client);
    const names = (await list(who.cookie)).map((entry) => [entry["client-id"], entry["client-name"]]);
    expect(names).toContainEqual([gone.clientId, null]);
    expect(names).toContainEqual([disabled.clientId, "Partner"]);
    for (const client of [disabled, gone])
      expect((await call("DELETE", `/${client.clientId}`, who.cookie)).status).toBe(204);
    expect(await list(who.cookie)).toEqual([]);
  });

  it.each(["GET", "DELETE"])("SE-01 %s is for a live session only", async (method) => {
    const client = await thirdParty();
    const who = await agreed(client);
    const path = method === "GET" ? "" : `/${client.clientId}`;
    expect((await call(method, path, undefined)).headers.get("x-error-code")).toBe("session-required");
    await request(`${context.realm.issuer}/api/auth/v1/logout`, { headers: { cookie: `qt-auth=${who.cookie}` } });
    const ended = await call(method, path, who.cookie);
    expect([ended.status, ended.headers.get("x-error-code")]).toEqual([403, "session-revoked"]);
    expect(await context.objects.call(who.user.id, (object) => object.consents(null))).toHaveLength(1);
  });
});

describe("taking back what one has granted (RT-10)", () => {
  it("RT-10 ends the client's tokens at once, offline ones too, and no other client's", async () => {
    const [client, other] = [await thirdParty(), await thirdParty()];
    const who = await agreed(client);
    await grant(who, other);
    const spared = await obtainCode(context, other, who.cookie);
    const theirs = await redeem(context, other, spared.code, spared.verifier);
    expect((await call("DELETE", `/${client.clientId}`, who.cookie)).status).toBe(204);
    expect(await isLive(context, client, who.tokens.access_token)).toBe(false);
    await expectOAuthError(await refresh(context, client, who.tokens.refresh_token), 400, "invalid_grant");
    expect(await isLive(context, other, theirs.access_token)).toBe(true);
    expect((await list(who.cookie)).map((entry) => entry["client-id"])).toEqual([other.clientId]);
    expect((await call("DELETE", `/${client.clientId}`, who.cookie)).status).toBe(404);
  });

  it("RT-10 also ends codes that are on their way", async () => {
    const client = await thirdParty();
    const who = await agreed(client);
    const { code, verifier } = await obtainCode(context, client, who.cookie);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await call("DELETE", `/${client.clientId}`, who.cookie);
    await expectOAuthError(
      await tokenRequest(context, client, redemption(client, code, verifier)),
      400,
      "invalid_grant",
    );
    await grant(who, client);
    const again = await obtainCode(context, client, who.cookie);
    expect((await redeem(context, client, again.code, again.verifier)).scope).toBe(scope);
  });

  it("AZ-17 makes the client ask again, for everything; before that only for what is new", async () => {
    const client = await thirdParty();
    const who = await agreed(client);
    expect(await isAsked(client, who.cookie)).toBe(false);
    expect(await isAsked(client, who.cookie, "openid phone")).toBe(true);
    await call("DELETE", `/${client.integrationId}`, who.cookie);
    for (const asked of [scope, "openid"]) expect(await isAsked(client, who.cookie, asked)).toBe(true);
  });

  it("AZ-15 a claim asked for by name is asked about by its scope, and remembered so", async () => {
    const client = await thirdParty();
    const who = await signedInUser(context);
    await grant(who, client, ["openid"]);
    const claims = JSON.stringify({ userinfo: { phone_number: null } });
    const asked = await authorize(context, client, { scope: "openid", claims }, who.cookie);
    const html = await asked.text();
    expect(html).toContain('id="consent-form"');
    expect(html).toMatch(/phone/i);
    await grant(who, client, ["openid", "phone"]);
    expect((await authorize(context, client, { scope: "openid", claims }, who.cookie)).status).toBe(302);
  });

  it("LO-06 tells the application that its session is over, while the user stays signed in", async () => {
    const party = await makeRelyingParty(context, {}, { firstParty: false });
    const other = await makeRelyingParty(context);
    const who = await signedInUser(context);
    await grant(who, party.client);
    for (const each of [party, other]) await enterWith(context, each, who);
    expect((await call("DELETE", `/${party.client.clientId}`, who.cookie)).status).toBe(204);
    await expectHeard(party, 1);
    expect(await toldOf(context, party)).toEqual([[subOf(who.user), who.sid]]);
    expect(other.heard).toHaveLength(0);
    expect(await list(who.cookie)).toEqual([]);
  });

  it("MR-01 neither another realm's session nor another realm's client is of any use", async () => {
    const other = await makeRealm();
    const [client, foreign] = [await thirdParty(), await makeClient(other, {}, { firstParty: false })];
    const who = await agreed(client);
    const stranger = await signedInUser(other);
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", `/${client.clientId}`],
    ] as const)
      expect((await call(method, path, stranger.cookie)).headers.get("x-error-code")).toBe("session-required");
    expect((await call("DELETE", `/${foreign.clientId}`, who.cookie)).status).toBe(404);
    expect(await isLive(context, client, who.tokens.access_token)).toBe(true);
  });

  it.each([
    ["another site's page", { origin: "https://evil.test" }],
    ["a page without an origin", { origin: "null" }],
    ["another site", { "sec-fetch-site": "cross-site" }],
  ])("SE-10 is refused from %s", async (_, headers) => {
    const client = await thirdParty();
    const who = await agreed(client);
    const refused = await call("DELETE", `/${client.clientId}`, who.cookie, headers);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([403, "cross-site-request"]);
    expect(await isLive(context, client, who.tokens.access_token)).toBe(true);
  });
});

describe("operators", () => {
  const operate = (method: string, path: string): Promise<Response> =>
    request(`${context.realm.issuer}/admin/v1/realms/${context.realm.id}/users/${path}`, {
      method,
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` },
    });

  it("LO-10 see what a user has granted, and take it back", async () => {
    const client = await thirdParty({ redirect_uris: ["https://reader.example/back"] });
    const who = await signedInUser(context);
    await grant(who, client, ["openid"]);
    const { code, verifier } = await obtainCode(context, client, who.cookie, { scope: "openid" });
    const tokens = await redeem(context, client, code, verifier);
    const shown = await operate("GET", `${who.user.id}/consents`);
    expect(await shown.json()).toEqual({
      consents: [
        {
          client_id: client.clientId,
          client_name: "Partner",
          client_host: "reader.example",
          scopes: ["openid"],
          granted_at: expect.stringMatching(/^20\d\d-.*Z$/),
          last_used_at: expect.stringMatching(/^20\d\d-.*Z$/),
        },
      ],
    });
    expect((await operate("DELETE", `${who.user.id}/consents/${client.clientId}`)).status).toBe(204);
    expect(await isLive(context, client, tokens.access_token)).toBe(false);
    expect((await operate("DELETE", `${who.user.id}/consents/${client.clientId}`)).status).toBe(404);
    expect(await (await operate("GET", `${who.user.id}/consents`)).json()).toEqual({ consents: [] });
  });
});
