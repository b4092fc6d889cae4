import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { Browser } from "../support/browser.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeVaultProvider, storedConnection } from "../support/vault.ts";
import { goodPassword, makeClient, makeUser, request, signIn } from "../support/world.ts";
import { agreed, browserOf, commandUrl, driveSettings, makeDrive, makeVault, type Vault } from "./support.ts";

beforeAll(stubInternet);

const connectionOf = ({ context, provider, client, user }: Vault) =>
  storedConnection(context, { provider, clientId: client.clientId, userId: user.id });

describe("beginning a consent", () => {
  it("FE-02 sends the browser to the provider, with state, PKCE, scopes and the one redirect URI", async () => {
    const vault = await makeVault({ authorize_parameters: { access_type: "offline" }, vault_scopes: ["a", "b"] });
    const there = await (await browserOf(vault)).open(commandUrl(vault));
    expect(there.left).toBe(true);
    const sent = Object.fromEntries(there.url.searchParams);
    expect(`${there.url.origin}${there.url.pathname}`).toBe(`${vault.drive.origin}/authorize`);
    expect(sent).toEqual({
      access_type: "offline",
      response_type: "code",
      client_id: "our-client-id",
      redirect_uri: `${vault.context.realm.issuer}/integrate/command`,
      scope: "a b",
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
  });

  it("FE-07 has a browser without a session sign in first, and then goes on", async () => {
    const vault = await makeVault();
    const browser = new Browser(vault.context.realm.hosts);
    const page = await browser.open(commandUrl(vault));
    expect(page.url.pathname).toBe("/sign-in");
    const typed = { identifier: vault.user.email ?? "", password: goodPassword };
    const asked = await browser.submit(page, "sign-in-form", typed);
    expect(asked.html).toContain("Partner");
    const there = await browser.follow(asked, "connect-drive");
    expect(there.url.origin).toBe(vault.drive.origin);
  });

  it("FE-07 begins nothing for anybody but the user who is signed in", async () => {
    const vault = await makeVault();
    const other = await makeUser(vault.context);
    const browser = await browserOf({ context: vault.context, session: await signIn(vault.context, other) });
    const page = await browser.open(commandUrl(vault));
    expect(page).toMatchObject({ left: false, status: 403 });
    expect(page.headers.get("x-error-code")).toBe("user-mismatch");
  });

  it.each<[string, number, string, (vault: Vault) => Promise<Record<string, string>> | Record<string, string>]>([
    ["an application that is none", 403, "unauthorized", () => ({ public_key: "nobody00" })],
    [
      "another realm's application",
      403,
      "unauthorized",
      async () => ({ public_key: (await makeVault()).client.clientId }),
    ],
    [
      "an application that is switched off",
      403,
      "unauthorized",
      async ({ context }) => ({ public_key: (await makeClient(context, {}, { disabled: true })).clientId }),
    ],
    [
      "an address that is not registered",
      400,
      "redirect-not-allowed",
      () => ({ consented_redirect: "https://partner.test/callback/.." }),
    ],
    [
      "an origin that is not the application's",
      400,
      "redirect-not-allowed",
      () => ({ consented_action: "postmessage", consented_redirect: "https://evil.test" }),
    ],
    ["a way that there is not", 400, "validation-failed", () => ({ consented_action: "shout" })],
    ["a provider that there is not", 404, "not-found", () => ({ provider: "nobody" })],
  ])("RU-01 refuses %s with a page of our own", async (_, status, code, changes) => {
    const vault = await makeVault();
    const page = await (await browserOf(vault)).open(commandUrl(vault, await changes(vault)));
    expect(page).toMatchObject({ left: false, status });
    expect(page.headers.get("x-error-code")).toBe(code);
  });

  it("refuses an application that registered itself: it would ask in the realm's name", async () => {
    const vault = await makeVault();
    await env.DB.prepare("UPDATE clients SET registration_token_hash = 'hash' WHERE client_id = ?")
      .bind(vault.client.clientId)
      .run();
    const page = await (await browserOf(vault)).open(commandUrl(vault));
    expect(page.headers.get("x-error-code")).toBe("unauthorized");
  });
});

describe("coming back", () => {
  it("keeps what the provider gave, and tells the application which connection it is", async () => {
    const vault = await makeVault();
    const browser = await browserOf(vault);
    const back = await browser.open(agreed(await browser.open(commandUrl(vault, { state: "mine" }))), "cross-site");
    const connection = await connectionOf(vault);
    expect(connection).toMatchObject({ status: "active", scopes: ["files.read"], provider: "drive" });
    expect(`${back.url.origin}${back.url.pathname}`).toBe("https://partner.test/callback");
    expect(Object.fromEntries(back.url.searchParams)).toEqual({
      provider: "drive",
      oauthId: connection?.oauthId,
      state: "mine",
    });
    expect(vault.drive.asked).toHaveLength(1);
    expect(vault.drive.asked[0]?.get("code_verifier")).toMatch(/^[\w-]{43}$/);
  });

  it("keeps the connection's id when the person agrees anew", async () => {
    const vault = await makeVault();
    const browser = await browserOf(vault);
    await browser.open(agreed(await browser.open(commandUrl(vault))));
    const first = await connectionOf(vault);
    await browser.open(agreed(await browser.open(commandUrl(vault))));
    expect((await connectionOf(vault))?.oauthId).toBe(first?.oauthId);
    expect(vault.drive.asked).toHaveLength(2);
  });

  it.each<[string, Record<string, string>, string]>([
    ["the person says no", { error: "access_denied" }, "access_denied"],
    ["the provider fails", { error: "server_error" }, "provider-refused"],
    [
      "FE-04 the answer is another issuer's (RFC 9207 §2.4)",
      { iss: "https://elsewhere.example.com" },
      "provider-answer-invalid",
    ],
  ])("tells the application when %s, and connects nothing", async (_, extra, error) => {
    const vault = await makeVault();
    const browser = await browserOf(vault);
    const back = await browser.open(agreed(await browser.open(commandUrl(vault, { state: "mine" })), extra));
    expect(Object.fromEntries(back.url.searchParams)).toEqual({ provider: "drive", error, state: "mine" });
    expect(await connectionOf(vault)).toBeNull();
    expect(vault.drive.asked).toEqual([]);
  });

  it("FE-10 repeats nothing that the provider wrote", async () => {
    const vault = await makeVault();
    const browser = await browserOf(vault);
    const extra = { error: "<script>", error_description: "<script>alert(1)</script>" };
    const there = await browser.open(commandUrl(vault, { consented_action: "postwebkitmessage" }));
    const page = await browser.open(agreed(there, extra));
    expect(page.html).not.toContain("alert(1)");
  });

  it.each<[string, (vault: Vault, back: string) => Promise<string | null>]>([
    [
      "FE-01 another browser",
      async (vault, back) => (await (await browserOf(vault)).open(back)).headers.get("x-error-code"),
    ],
    [
      "FE-01 the same browser with another state",
      async (vault, back) => {
        const url = new URL(back);
        url.searchParams.set("state", "x".repeat(43));
        return (await (await browserOf(vault)).open(url.href)).headers.get("x-error-code");
      },
    ],
  ])("refuses %s", async (_, tryIt) => {
    const vault = await makeVault();
    const back = agreed(await (await browserOf(vault)).open(commandUrl(vault)));
    expect(await tryIt(vault, back)).toBe("interaction-expired");
    expect(await connectionOf(vault)).toBeNull();
    expect(vault.drive.asked).toEqual([]);
  });

  it("FE-01 connects once for fifty callbacks at once, and shows the provider its code once (RFC 6749 §4.1.2)", async () => {
    const vault = await makeVault();
    const first = await request(commandUrl(vault), { headers: { cookie: `qt-auth=${vault.session}` } });
    const cookie = first.headers
      .getSetCookie()
      .map((line) => line.split(";", 1)[0])
      .join("; ");
    const there = new URL(first.headers.get("location") ?? "");
    const url = new URL(there.searchParams.get("redirect_uri") ?? "");
    url.searchParams.set("state", there.searchParams.get("state") ?? "");
    url.searchParams.set("code", "the-code");
    const answers = await Promise.all(Array.from({ length: 50 }, () => request(url.href, { headers: { cookie } })));
    const told = answers.map((answer) => new URL(answer.headers.get("location") ?? "").searchParams);
    expect(told.filter((query) => query.has("oauthId"))).toHaveLength(1);
    expect(told.filter((query) => query.get("error") === "interaction-expired")).toHaveLength(49);
    expect(vault.drive.asked).toHaveLength(1);
  });

  it("FE-09 connects nothing when the provider was switched off or the session ended meanwhile", async () => {
    const vault = await makeVault();
    const browser = await browserOf(vault);
    const back = agreed(await browser.open(commandUrl(vault)));
    await vault.context.objects.call(vault.user.id, (user) => user.endEverything());
    const left = await browser.open(back);
    expect(left.url.searchParams.get("error")).toBe("session-revoked");
    expect(await connectionOf(vault)).toBeNull();
    expect(vault.drive.asked).toEqual([]);
  });

  it("reads answers in a shape of their own, as Slack's (ok: false with status 200, the user's token inside)", async () => {
    const vault = await makeVault();
    const slack = makeDrive();
    const settings = {
      ...driveSettings(slack),
      scope_separator: "," as const,
      scope_parameter: "user_scope" as const,
      scopes: ["files:read", "users:read"],
      token_answer: { access_token: "authed_user.access_token", scope: "authed_user.scope" },
    };
    const provider = await makeVaultProvider(vault.context, settings, { name: "chat" });
    const who = { provider, clientId: vault.client.clientId, userId: vault.user.id };
    const browser = await browserOf(vault);
    slack.answer = () => Response.json({ ok: false, error: "bad_code" });
    const there = await browser.open(commandUrl(vault, { provider: "chat" }));
    expect(there.url.searchParams.get("user_scope")).toBe("files:read,users:read");
    const refused = await browser.open(agreed(there));
    expect(refused.url.searchParams.get("error")).toBe("provider-refused");
    slack.answer = () =>
      Response.json({
        ok: true,
        access_token: "xoxb-the-app's",
        token_type: "bot",
        authed_user: { access_token: "xoxp-the-user's", token_type: "user", scope: "files:read,users:read" },
      });
    await browser.open(agreed(await browser.open(commandUrl(vault, { provider: "chat" }))));
    expect(await storedConnection(vault.context, who)).toMatchObject({ scopes: ["files:read", "users:read"] });
  });
});
