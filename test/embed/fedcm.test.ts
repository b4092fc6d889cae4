import { describe, expect, it } from "vitest";
import { operate } from "../admin/support.ts";
import { makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { browser, choice, claimsOf, post, refusal, third } from "./fedcm-support.ts";
import { type Embedding, makeEmbedding, site } from "./support.ts";

describe("where the browser finds the realm (FedCM §3.1, §3.2)", () => {
  it("one provider, the auth domain, on every domain of the realm", async () => {
    const { context } = await makeEmbedding();
    const { issuer, hosts } = context.realm;
    for (const host of hosts) {
      const response = await request(`https://${host}/.well-known/web-identity`);
      expect(response.headers.get("content-type")).toMatch(/^application\/json/);
      expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect(await response.json()).toEqual({
        provider_urls: [`${issuer}/fedcm/config.json`],
        accounts_endpoint: `${issuer}/fedcm/accounts`,
        login_url: `${issuer}/embed/sign-in`,
      });
    }
  });

  it("with addresses that are all on its own host, and the realm's colour", async () => {
    const { context } = await makeEmbedding({ theme: { accent_color: "#224466" } });
    const { issuer } = context.realm;
    const config = await (await request(`${issuer}/fedcm/config.json`)).json<Record<string, string>>();
    const endpoints = ["accounts_endpoint", "client_metadata_endpoint", "id_assertion_endpoint", "disconnect_endpoint"];
    for (const name of [...endpoints, "login_url"])
      expect(new URL(config[name] ?? "", `${issuer}/fedcm/config.json`).origin).toBe(issuer);
    expect(config.branding).toEqual({ background_color: "#224466" });
  });

  it.each([
    ["GET", "/.well-known/web-identity"],
    ["GET", "/fedcm/config.json"],
    ["GET", "/fedcm/accounts"],
    ["GET", "/fedcm/client?client_id=x"],
    ["POST", "/fedcm/assertion"],
    ["POST", "/fedcm/disconnect"],
  ])("is not there where the realm is not embedded: %s %s", async (method, path) => {
    const context = await makeRealm();
    const cookie = await signIn(context, await makeUser(context));
    const headers = { ...browser, cookie: `qt-auth=${cookie}`, "content-type": "application/x-www-form-urlencoded" };
    const response = await request(context.realm.issuer + path, { method, headers });
    expect(response.status).toBe(404);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("what the browser shows (FedCM §3.3, §3.4)", () => {
  const accounts = ({ context }: Embedding, cookie: string, headers: Record<string, string> = {}) =>
    request(`${context.realm.issuer}/fedcm/accounts`, {
      headers: { "sec-fetch-dest": "webidentity", ...(cookie === "" ? {} : { cookie }), ...headers },
    });

  it("the one account, and the applications that its user has agreed to", async () => {
    const embedding = await makeEmbedding({}, {}, third);
    const { context, client, user, cookie } = embedding;
    await context.objects.call(user.id, (object) => object.addConsent(client.clientId, ["openid"]));
    for (const name of ["qt-auth", "qt-auth-embed"]) {
      const response = await accounts(embedding, `${name}=${cookie}`);
      expect(await response.json()).toEqual({
        accounts: [
          {
            id: String(user.id),
            name: "Fran Framed",
            email: user.email,
            approved_clients: [client.clientId],
            login_hints: [String(user.id), user.email],
          },
        ],
      });
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  it("SE-11 401 when nobody is signed in, and nothing to a page", async () => {
    const embedding = await makeEmbedding();
    expect(await refusal(await accounts(embedding, ""))).toEqual([401, { error: { code: "access_denied" } }]);
    for (const dest of ["empty", "document", "image", "webidentity2"]) {
      const response = await accounts(embedding, `qt-auth=${embedding.cookie}`, { "sec-fetch-dest": dest });
      expect(await refusal(response)).toEqual([400, { error: { code: "invalid_request" } }]);
    }
  });

  it("the application's terms, to its own page", async () => {
    const { context, client } = await makeEmbedding(
      {},
      { policy_uri: "https://partner.test/p", tos_uri: "https://partner.test/t" },
    );
    const get = (origin: string) =>
      request(`${context.realm.issuer}/fedcm/client?client_id=${client.clientId}`, { headers: { origin } });
    const response = await get(site);
    expect(await response.json()).toEqual({
      privacy_policy_url: "https://partner.test/p",
      terms_of_service_url: "https://partner.test/t",
    });
    expect((await get("https://evil.test")).status).toBe(403);
  });
});

describe("what the application gets (FedCM §3.5)", () => {
  it("JWT-01 an ID token for it, with its nonce and what the browser has disclosed, to its own page alone", async () => {
    const embedding = await makeEmbedding({}, {}, third);
    const response = await post(embedding, "assertion", choice(embedding));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": site,
      "access-control-allow-credentials": "true",
      "cache-control": "no-store",
      vary: "origin",
    });
    const claims = await claimsOf(embedding, response);
    expect(claims).toMatchObject({
      sub: String(embedding.user.id),
      nonce: "a nonce",
      name: "Fran Framed",
      email: embedding.user.email,
      amr: ["pwd"],
    });
    expect(claims.at_hash).toBeUndefined();
    expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(900);
  });

  it.each<[string, object, Record<string, string | undefined>, readonly string[] | number]>([
    ["others' application, nothing disclosed", third, { disclosure_text_shown: "false" }, 403],
    ["others' application, nothing said of it", third, { disclosure_text_shown: undefined }, 403],
    ["others' application, the address alone", third, { disclosure_shown_for: "email" }, ["email", "email_verified"]],
    [
      "others' application, an old browser",
      third,
      { disclosure_shown_for: undefined },
      ["email", "email_verified", "name"],
    ],
    ["the house's own, nothing disclosed", {}, { disclosure_text_shown: "false" }, ["email", "email_verified", "name"]],
  ])("%s", async (_, about, change, expected) => {
    const embedding = await makeEmbedding({}, {}, about);
    const response = await post(embedding, "assertion", choice(embedding, change));
    if (typeof expected === "number") {
      expect(await refusal(response)).toEqual([expected, { error: { code: "access_denied" } }]);
      return;
    }
    const claims = await claimsOf(embedding, response);
    expect(["name", "email", "email_verified"].filter((name) => name in claims).toSorted()).toEqual(expected);
  });

  it("remembers what was disclosed: the next time the browser need not say it again", async () => {
    const embedding = await makeEmbedding({}, {}, third);
    await claimsOf(embedding, await post(embedding, "assertion", choice(embedding, { disclosure_shown_for: "email" })));
    const again = choice(embedding, { disclosure_text_shown: "false", disclosure_shown_for: undefined });
    const claims = await claimsOf(embedding, await post(embedding, "assertion", again));
    expect([claims.email, claims.name]).toEqual([embedding.user.email, undefined]);
  });

  it.each<
    [string, (embedding: Embedding) => Record<string, string | undefined>, Record<string, string>, number, string]
  >([
    ["a page's own request", (e) => choice(e), { "sec-fetch-dest": "empty" }, 400, "invalid_request"],
    ["another site's page", (e) => choice(e), { origin: "https://evil.test" }, 403, "unauthorized_client"],
    ["a page without origin", (e) => choice(e), { origin: "null" }, 403, "unauthorized_client"],
    ["an unknown client", (e) => choice(e, { client_id: "nobody0000" }), {}, 403, "unauthorized_client"],
    ["no client", (e) => choice(e, { client_id: undefined }), {}, 403, "unauthorized_client"],
    ["another account", (e) => choice(e, { account_id: "1" }), {}, 403, "access_denied"],
    ["no account", (e) => choice(e, { account_id: undefined }), {}, 403, "access_denied"],
    ["no session", (e) => choice(e), { cookie: "qt-auth-embed=x" }, 401, "access_denied"],
    ["two nonces", (e) => choice(e, { nonce: "another" }), {}, 400, "invalid_request"],
    [
      "an endless nonce",
      (e) => choice(e, { params: JSON.stringify({ nonce: "n".repeat(600) }) }),
      {},
      400,
      "invalid_request",
    ],
  ])("SE-11 nothing for %s", async (_, fields, headers, status, code) => {
    const embedding = await makeEmbedding();
    const response = await post(embedding, "assertion", fields(embedding), headers);
    expect(await refusal(response)).toEqual([status, { error: { code } }]);
    if (headers.origin !== undefined) expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ["a realm that wants two factors, of a session with one", { tfa: "required" }, {}, "access_denied"],
    ["a client that pushes its requests", {}, { require_par: true }, "unauthorized_client"],
    ["a client without openid", {}, { scopes: ["email"] }, "unauthorized_client"],
  ])("nothing for %s", async (_, settings, metadata, code) => {
    const plain = await makeEmbedding({}, metadata);
    if ("tfa" in settings) {
      expect((await operate("PATCH", `/realms/${plain.context.realm.id}`, { settings })).status).toBe(200);
    }
    const response = await post(plain, "assertion", choice(plain));
    expect(await refusal(response)).toEqual([403, { error: { code } }]);
  });
});
