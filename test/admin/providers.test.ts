import { beforeAll, describe, expect, it } from "vitest";
import { openProviderSecret, providerOf } from "../../src/domain/federation/provider.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeRealm, ring } from "../support/world.ts";
import { done, type Json, operate } from "./support.ts";

let context: RealmContext;
let path: string;
beforeAll(async () => {
  stubInternet();
  context = await makeRealm();
  path = `/realms/${context.realm.id}/providers`;
});

const canary = "canary-secret-of-the-provider";
const oidc = { issuer: "https://idp.example.com", client_id: "ours" };
let count = 0;
const fresh = () => `${path}/p${++count}`;

const put = (at: string, body: Json, headers: Record<string, string> = {}) => operate("PUT", at, body, headers);

/** What is stored, opened. */
async function storedSecret(at: string): Promise<string | null> {
  const row = await context.providers.store.find(at.split("/").at(-1) ?? "");
  return row === null ? null : openProviderSecret(ring, providerOf(row));
}

describe("setting a provider", () => {
  it("makes it, shows it and lists it, with the addresses to register", async () => {
    const at = fresh();
    const made = await put(at, { ...oidc, client_secret: canary, label: "Our IdP" });
    expect([made.status, made.headers.get("etag")]).toEqual([201, '"1"']);
    expect(made.json).toMatchObject({
      name: at.split("/").at(-1),
      preset: null,
      type: "oidc",
      purposes: ["sign-in"],
      client_id: "ours",
      client_secret_set: true,
      disabled: false,
      label: "Our IdP",
      issuer: "https://idp.example.com",
      effective: { scopes: ["openid", "email", "profile"], pkce: true, nonce: true, trusts_email: false },
      callback_urls: context.realm.hosts.map((host) => `https://${host}/api/auth/v1/p${count}/callback`),
      version: 1,
    });
    expect((await operate("GET", at)).json).toEqual(made.json);
    expect((await done(200, operate("GET", path))).providers).toContainEqual(made.json);
  });

  it("takes scopes as one text, and hosts for calls as a sign of what it is for (contract §6, §7)", async () => {
    const drive = {
      type: "oauth2",
      authorize_url: "https://drive.test/authorize",
      token_url: "https://drive.test/token",
    };
    const body = {
      ...drive,
      client_id: "ours",
      client_secret: canary,
      scopes: "files mail",
      api_hosts: ["drive.test"],
    };
    expect(await done(201, put(`${path}/photo_drive`, body))).toMatchObject({
      purposes: ["vault"],
      scopes: ["files", "mail"],
    });
    const both = { ...body, userinfo_url: "https://drive.test/me" };
    expect(await done(201, put(fresh(), both))).toMatchObject({ purposes: ["sign-in", "vault"] });
  });

  it.each(["google", "facebook", "linkedin", "twitter", "apple"])("knows %s by its name", async (name) => {
    const key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const bytes = new Uint8Array(
      (await crypto.subtle.exportKey("pkcs8", (key as CryptoKeyPair).privateKey)) as ArrayBuffer,
    );
    const pem = `-----BEGIN PRIVATE KEY-----\n${btoa(String.fromCharCode(...bytes))}\n-----END PRIVATE KEY-----`;
    const apple = { client_secret: pem, team_id: "TEAM", key_id: "KEY" };
    const body = { client_id: "ours", ...(name === "apple" ? apple : { client_secret: canary }) };
    const made = await done(201, put(`${path}/${name}`, body));
    expect(made).toMatchObject({ preset: name, type: ["facebook", "twitter"].includes(name) ? "oauth2" : "oidc" });
    const { effective } = made as { effective: Json };
    expect(effective.label).toMatch(name === "twitter" ? /^X$/ : new RegExp(`^${name}$`, "i"));
    expect(effective.issuer ?? effective.token_url).toMatch(/^https:\/\//);
  });

  it("takes what is set before what the preset says, under another name too", async () => {
    const body = { preset: "google", client_id: "ours", client_secret: canary, scopes: ["openid"], label: "G" };
    const made = await done(201, put(fresh(), body));
    expect(made).toMatchObject({ preset: "google", scopes: ["openid"] });
    expect(made.effective).toMatchObject({ issuer: "https://accounts.google.com", scopes: ["openid"], label: "G" });
  });

  it("what is left out goes back to its default; only the secret stays", async () => {
    const at = fresh();
    await put(at, { ...oidc, client_secret: canary, trusts_email: true, disabled: true });
    const changed = await done(200, put(at, oidc));
    expect(changed).toMatchObject({ client_secret_set: true, disabled: false, version: 2 });
    expect([changed.trusts_email, (changed.effective as Json).trusts_email]).toEqual([undefined, false]);
    expect(await storedSecret(at)).toBe(canary);
  });

  it.each<[string, Json, string]>([
    ["no client_id", { issuer: "https://idp.example.com" }, "client_id"],
    ["no secret", { ...oidc }, "client_secret"],
    ["no issuer", { client_id: "ours", client_secret: "s" }, "issuer"],
    ["OAuth without its addresses", { type: "oauth2", client_id: "ours", client_secret: "s" }, "userinfo_url"],
    ["an unknown type", { ...oidc, type: "saml" }, "type"],
    ["an unknown purpose", { ...oidc, purposes: ["spying"] }, "purposes.0"],
    ["no purpose", { ...oidc, purposes: [] }, "purposes"],
    ["an unknown member", { ...oidc, client_secret: "s", issuer_url: "x" }, "body"],
    ["a setting of the wrong type", { ...oidc, trusts_email: "yes" }, "trusts_email"],
    ["a label with a line break", { ...oidc, label: "a\nb" }, "label"],
    ["a scope with a blank", { ...oidc, scopes: ["a b"] }, "scopes.0"],
    ["an issuer with a query", { ...oidc, client_secret: "s", issuer: "https://idp.example.com/?a=b" }, "issuer"],
    ["a signed secret without its key's name", { ...oidc, auth_style: "signed_secret", client_secret: "s" }, "key_id"],
    [
      "a signed secret without a key",
      { ...oidc, auth_style: "signed_secret", team_id: "t", key_id: "k", client_secret: "s" },
      "client_secret",
    ],
    ["stars in place of a secret", { ...oidc, client_secret: "********" }, "client_secret"],
    ["dots in place of a secret", { ...oidc, client_secret: "••••••••" }, "client_secret"],
  ])("refuses %s, and names the field", async (_, body, field) => {
    const at = fresh();
    const answer = await put(at, body);
    expect([answer.status, answer.json.code]).toEqual([422, "validation-failed"]);
    expect(Object.keys(answer.json.errors as Json)).toContain(field);
    expect((await operate("GET", at)).status).toBe(404);
  });

  it.each(["Upper", "1st", "-x", "a.b", "_b", "__proto__", "é", "a".repeat(33), "%00", "a%2Fb"])(
    "refuses the name %s",
    async (name) => {
      expect((await put(`${path}/${name}`, { ...oidc, client_secret: canary })).status).toBe(422);
    },
  );

  it("MR-11 keeps to If-Match, and lets one of ten simultaneous first settings through", async () => {
    const at = fresh();
    const body = { ...oidc, client_secret: canary };
    const answers = await Promise.all(Array.from({ length: 10 }, () => put(at, body, { "if-match": '"0"' })));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    for (const answer of answers) expect([201, 412]).toContain(answer.status);
    expect((await put(at, body, { "if-match": '"7"' })).status).toBe(412);
    expect((await put(at, body, { "if-match": '"1"' })).status).toBe(200);
    expect((await operate("DELETE", at, undefined, { "if-match": '"1"' })).status).toBe(412);
    expect((await operate("DELETE", at, undefined, { "if-match": '"2"' })).status).toBe(204);
    expect((await operate("GET", at)).status).toBe(404);
    expect((await operate("DELETE", at)).status).toBe(404);
  });
});

describe("SS-01 addresses that cannot be public", () => {
  const oauth2 = {
    type: "oauth2",
    client_id: "ours",
    client_secret: "s",
    authorize_url: "https://idp.example.com/a",
    token_url: "https://idp.example.com/t",
    userinfo_url: "https://idp.example.com/u",
  };
  const fields = ["issuer", "authorize_url", "token_url", "userinfo_url", "jwks_uri", "revoke_url"];
  const addresses = [
    "http://idp.example.com/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest",
    "https://[fd00::1]/",
    "https://2130706433.example./",
    "https://metadata.google.internal/",
    "https://user@idp.example.com/",
    "https://idp.example.com:8443/",
    "javascript:alert(1)",
  ];
  it.each(fields.flatMap((field) => addresses.map((address) => [field, address] as const)))(
    "%s %s is refused",
    async (field, address) => {
      const answer = await put(fresh(), { ...oauth2, [field]: address });
      expect([answer.status, Object.keys(answer.json.errors as Json)]).toEqual([422, [field]]);
    },
  );

  it("nor in token_check and api_hosts", async () => {
    const check = await put(fresh(), { ...oauth2, token_check: { style: "tokeninfo", url: "https://10.0.0.1/" } });
    expect([check.status, Object.keys(check.json.errors as Json)]).toEqual([422, ["token_check.url"]]);
    const hosts = await put(fresh(), { ...oauth2, api_hosts: ["10.0.0.1"] });
    expect([hosts.status, Object.keys(hosts.json.errors as Json)]).toEqual([422, ["api_hosts"]]);
  });
});
