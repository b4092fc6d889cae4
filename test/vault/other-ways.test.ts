import { beforeAll, describe, expect, it, vi } from "vitest";
import { putProvider } from "../../src/domain/federation/change-provider.ts";
import { isPresetName, presets } from "../../src/domain/federation/presets.ts";
import { credentialsOf } from "../../src/domain/vault/connection.ts";
import { disconnect } from "../../src/domain/vault/connections.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { makeConnection, makeVaultProvider, storedConnection } from "../support/vault.ts";
import { makeRealm } from "../support/world.ts";
import { agreed, bearer, browserOf, commandUrl, makeVault } from "./support.ts";

beforeAll(stubInternet);

/** RFC 5849 §3.4, written once more: what an upstream server computes. */
async function signatureOf(request: Request, secrets: string, hash: "SHA-1" | "SHA-256"): Promise<boolean> {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const header = request.headers.get("authorization") ?? "";
  const sent = [...header.matchAll(/(oauth_\w+)="([^"]*)"/g)].map(
    ([, name = "", value = ""]) => [name, decodeURIComponent(value)] as const,
  );
  const url = new URL(request.url);
  const pairs = [...url.searchParams, ...sent.filter(([name]) => name !== "oauth_signature")]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted();
  const base = [request.method, `${url.origin}${url.pathname}`, pairs.join("&")].map(encode).join("&");
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secrets), { name: "HMAC", hash }, false, [
    "sign",
  ]);
  const tag = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(base)));
  return new Map(sent).get("oauth_signature") === btoa(String.fromCharCode(...tag));
}

describe("a provider of OAuth 1.0a (RFC 5849)", () => {
  it.each(["HMAC-SHA1", "HMAC-SHA256"] as const)(
    "is walked through in three legs, each signed by %s",
    async (method) => {
      const vault = await makeVault();
      const host = `one-${vault.drive.host}`;
      const hash = method === "HMAC-SHA1" ? "SHA-1" : "SHA-256";
      const seen: [string, boolean][] = [];
      standUp(host, async (request) => {
        const { pathname } = new URL(request.url);
        const secret = pathname === "/request" ? "consumer%20secret&" : "consumer%20secret&request-secret";
        seen.push([pathname, await signatureOf(request, secret, hash)]);
        return new Response(
          pathname === "/request"
            ? `oauth_token=request-${seen.length}&oauth_token_secret=request-secret&oauth_callback_confirmed=true`
            : "oauth_token=the-token&oauth_token_secret=the-secret",
        );
      });
      const provider = await makeVaultProvider(
        vault.context,
        {
          request_token_url: `https://${host}/request?lang=fr+be`,
          authorize_url: `https://${host}/authorize`,
          token_url: `https://${host}/access`,
          signature_method: method,
        },
        { name: "old", type: "oauth1", secret: "consumer secret", clientId: "consumer" },
      );
      const browser = await browserOf(vault);
      const there = await browser.open(commandUrl(vault, { provider: "old" }));
      expect(there.url.href).toBe(`https://${host}/authorize?oauth_token=request-1`);
      const callback = `${vault.context.realm.issuer}/integrate/command`;
      const back = await browser.open(`${callback}?oauth_token=request-1&oauth_verifier=verified`);
      expect(back.url.searchParams.get("oauthId")).toMatch(/^oa_/);
      expect(seen).toEqual([
        ["/request", true],
        ["/access", true],
      ]);
      const who = { provider, clientId: vault.client.clientId, userId: vault.user.id };
      expect((await credentialsOf(vault.context, who))?.credentials).toEqual({
        type: "oauth1",
        consumerKey: "consumer",
        consumerSecret: "consumer secret",
        token: "the-token",
        tokenSecret: "the-secret",
      });
      const denied = await browser.open(commandUrl(vault, { provider: "old" }));
      const told = await browser.open(`${callback}?denied=${denied.url.searchParams.get("oauth_token")}`);
      expect(told.url.searchParams.get("error")).toBe("access_denied");
    },
  );
});

describe("a provider where people have a key of their own", () => {
  it("asks for it on a page of ours, checks it, and takes no bad one", async () => {
    const vault = await makeVault();
    const host = `keys-${vault.drive.host}`;
    standUp(host, (request) => {
      const isGood = request.headers.get("x-key") === "Key good-key-123";
      return new Response(null, { status: isGood ? 200 : 401 });
    });
    const provider = await makeVaultProvider(
      vault.context,
      { api_key: { in: "header", name: "x-key", prefix: "Key " }, check_url: `https://${host}/me`, api_hosts: [host] },
      { name: "keyed", type: "api_key", secret: null, clientId: "" },
    );
    const browser = await browserOf(vault);
    const page = await browser.open(commandUrl(vault, { provider: "keyed", state: "mine" }));
    const again = await browser.submit(page, "key-form", { key: "bad-key" });
    expect(again).toMatchObject({ left: false, status: 422 });
    expect(again.html).not.toContain("bad-key");
    const done = await browser.submit(again, "key-form", { key: " good-key-123 " });
    expect(Object.fromEntries(done.url.searchParams)).toMatchObject({ provider: "keyed", state: "mine" });
    const who = { provider, clientId: vault.client.clientId, userId: vault.user.id };
    expect((await credentialsOf(vault.context, who))?.credentials).toEqual({ type: "api_key", key: "good-key-123" });
    const cancelled = await browser.submit(page, "cancel-form");
    expect(cancelled.url.searchParams.get("error")).toBe("access_denied");
  });
});

describe("giving tokens back", () => {
  it.each<["standard" | "token-alone" | "bearer" | "github", (request: Request, body: string) => unknown, unknown]>([
    [
      "standard",
      (_, body) => Object.fromEntries(new URLSearchParams(body)),
      { token: "refresh", client_id: "our-client-id", client_secret: "upstream-secret-0123456789" },
    ],
    ["token-alone", (_, body) => body, "token=refresh"],
    ["bearer", (request, body) => [request.headers.get("authorization"), body], ["Bearer access", ""]],
    [
      "github",
      ({ method, url, headers }, body) => [method, new URL(url).pathname, headers.get("authorization"), body],
      [
        "DELETE",
        "/applications/our-client-id/token",
        `Basic ${btoa("our-client-id:upstream-secret-0123456789")}`,
        '{"access_token":"access"}',
      ],
    ],
  ])("in the provider's way: %s", async (revoke_style, read, expected) => {
    const vault = await makeVault();
    const host = `back-${vault.drive.host}`;
    const had: unknown[] = [];
    standUp(host, async (request) => {
      had.push(read(request, new TextDecoder().decode(await request.arrayBuffer())));
      return new Response(null, { status: had.length === 1 && revoke_style === "bearer" ? 200 : 204 });
    });
    const path = revoke_style === "github" ? "/applications/{client_id}/token" : "/revoke";
    const provider = await makeVaultProvider(vault.context, {
      ...vault.provider.given,
      revoke_url: `https://${host}${path}`,
      revoke_style,
    });
    const { client, session, context, drive } = vault;
    const secrets = { ...bearer(provider, drive), accessToken: "access", refreshToken: "refresh" };
    const { who } = await makeConnection(context, { provider, clientId: client.clientId, session }, { secrets });
    await disconnect(context, who.userId, provider.name, client.clientId);
    await vi.waitFor(() => expect(had).toHaveLength(1), { timeout: 5000 });
    if (revoke_style === "standard") expect(had[0]).toMatchObject(expected as object);
    else expect(had[0]).toEqual(expected);
  });
});

describe("the page of Connect buttons", () => {
  it("says what is connected, and asks again when more is wanted than was granted", async () => {
    const vault = await makeVault();
    const browser = await browserOf(vault);
    const query = new URLSearchParams({ public_key: vault.client.clientId, user_id: String(vault.user.id) });
    const address = `${vault.context.realm.issuer}/integrate/page?${query}`;
    const state = (html: string) => /data-state="([\w-]+)"/.exec(html)?.[1];
    const empty = await browser.open(address);
    expect(state(empty.html)).toBe("none");
    const done = await browser.open(agreed(await browser.follow(empty, "connect-drive")));
    expect(done.url.pathname).toBe("/integrate/page");
    expect(state(done.html)).toBe("connected");
    const { provider, context } = vault;
    await putProvider(context, provider.name, provider, {
      preset: null,
      type: "oauth2",
      purposes: ["vault"],
      clientId: provider.clientId,
      clientSecret: null,
      disabled: false,
      settings: { ...provider.given, vault_scopes: ["files.read", "photos.read"] },
    });
    const more = await browser.open(address);
    expect(state(more.html)).toBe("more-needed");
    const there = await browser.follow(more, "connect-drive");
    expect(there.url.searchParams.get("scope")).toBe("files.read photos.read");
    await browser.open(agreed(there));
    expect(state((await browser.submit(await browser.open(address), "disconnect-form-drive")).html)).toBe("none");
    const who = { provider, clientId: vault.client.clientId, userId: vault.user.id };
    expect(await storedConnection(context, who)).toBeNull();
  });
});

describe("presets", () => {
  it.each(Object.keys(presets).filter((name) => name !== "facebook" && name !== "linkedin" && name !== "apple"))(
    "%s is complete for the vault with a client id and a secret alone",
    async (name) => {
      const context = await makeRealm();
      const provider = await putProvider(context, name, null, {
        preset: null,
        type: null,
        purposes: ["vault"],
        clientId: "ours",
        clientSecret: "theirs",
        disabled: false,
        settings: {},
      });
      expect(isPresetName(name) && provider.preset).toBe(name);
      expect(provider.settings.api_hosts?.length).toBeGreaterThan(0);
      expect(provider.settings.vault_scopes.length).toBeGreaterThan(0);
    },
  );
});
