import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { openProviderSecret, providerOf } from "../../src/domain/federation/provider.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { newBrowser, startUrl, travelTo } from "../federation/journey.ts";
import { makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
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

const readOnly = [
  "name",
  "client_secret_set",
  "effective",
  "callback_urls",
  "vault_redirect_uri",
  "version",
  "created_at",
  "updated_at",
];
const sendable = (answer: Json): Json =>
  Object.fromEntries(Object.entries(answer).filter(([name, value]) => !readOnly.includes(name) && value !== null));

describe("the secret", () => {
  it("MR-07 is in no answer, no row in the clear, and no error", async () => {
    const at = fresh();
    const texts = [
      (await put(at, { ...oidc, client_secret: canary })).text,
      (await operate("GET", at)).text,
      (await operate("GET", path)).text,
      (await put(at, { ...oidc, client_secret: canary, issuer: "http://10.0.0.1" })).text,
      (await put(at, { ...oidc, client_secret: canary, nonsense: canary })).text,
      (await operate("GET", `/realms/${context.realm.id}`)).text,
    ];
    const { results } = await env.DB.prepare("select * from providers").all();
    expect(`${texts.join()}${JSON.stringify(results)}`).not.toContain(canary);
    expect(await storedSecret(at)).toBe(canary);
  });

  it("is bound to realm and name: a row moved elsewhere cannot be opened", async () => {
    const at = fresh();
    await put(at, { ...oidc, client_secret: canary });
    const row = await context.providers.store.find(at.split("/").at(-1) ?? "");
    if (row === null) throw new Error("not stored");
    expect(await openProviderSecret(ring, providerOf({ ...row, name: "another" }))).toBeNull();
    expect(await openProviderSecret(ring, providerOf({ ...row, realmId: "another" }))).toBeNull();
  });

  it.each<[string, Json]>([
    ["issuer", { issuer: "https://evil.example.com" }],
    ["token_url", { token_url: "https://evil.example.com/token" }],
    ["revoke_url", { revoke_url: "https://evil.example.com/revoke" }],
    ["token_check", { token_check: { style: "debug_token", url: "https://evil.example.com/debug" } }],
    [
      "type",
      {
        type: "oauth2",
        authorize_url: "https://a.example.com/",
        token_url: "https://evil.example.com/",
        userinfo_url: "https://a.example.com/",
      },
    ],
    ["preset", { issuer: undefined, preset: "google" }],
  ])("FE-12 is forgotten when %s leads elsewhere and it is not given again", async (_, change) => {
    const at = fresh();
    const { json } = await put(at, { ...oidc, client_secret: canary });
    const changed = await done(200, put(at, { ...sendable(json), ...change }));
    expect([changed.client_secret_set, await storedSecret(at)]).toEqual([false, null]);
    expect((await done(200, put(at, { ...sendable(changed), client_secret: "new" }))).client_secret_set).toBe(true);
  });

  it("FE-12 stays when the answer is sent back as it came, and when something harmless changes", async () => {
    const at = fresh();
    const { json } = await put(at, { ...oidc, client_secret: canary });
    await done(200, put(at, sendable(json)));
    await done(200, put(at, { ...sendable(json), client_secret: null, label: "New", client_id: "other" }));
    expect(await storedSecret(at)).toBe(canary);
  });

  it("FE-12 reaches no new token_url: without its secret a provider signs nobody in and is not offered", async () => {
    const [realm, idp, thief] = [await makeRealm(), await makeIdp(), await makeIdp()];
    await useIdp(realm, idp);
    const at = `/realms/${realm.realm.id}/providers/idp`;
    const { json } = await operate("GET", at);
    await done(200, put(at, { ...sendable(json), token_url: `${thief.issuer}/token` }));
    const page = await newBrowser(realm).open(startUrl(realm));
    expect([page.left, page.status, thief.redeemed]).toEqual([false, 503, []]);
    expect((await newBrowser(realm).open(`${realm.realm.issuer}/sign-in`)).links["provider-idp"]).toBeUndefined();
  });
});

describe("a realm that goes", () => {
  it("MR-05 takes its providers and links along", async () => {
    const [realm, idp] = [await makeRealm(), await makeIdp()];
    await useIdp(realm, idp);
    await travelTo(realm, newBrowser(realm), idp, { sub: "gone" });
    await done(204, operate("DELETE", `/realms/${realm.realm.id}`));
    for (const table of ["providers", "linked_accounts"]) {
      const { results } = await env.DB.prepare(`select * from ${table} where realm_id = ?`).bind(realm.realm.id).all();
      expect(results).toEqual([]);
    }
  });
});
