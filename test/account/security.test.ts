import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { sha256 } from "../../src/crypto/hash.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { accountPaths } from "../../src/pages/account/paths.ts";
import { countTo, newestTo } from "../messages/mailbox.ts";
import { travel } from "../support/clock.ts";
import { type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { makeConnection, makeVaultProvider } from "../support/vault.ts";
import { makeClient, makeRealm, makeUser, obtainCode, redeem, signIn, tokenRequest } from "../support/world.ts";
import { get, sessionCount } from "../surfaces/session-api.ts";
import { Authenticator } from "../two-factor/authenticator.ts";
import { codesOn, secretOn } from "../two-factor/hosted.ts";
import { addPasskey, codeOf } from "../two-factor/support.ts";
import { post, type Reader, readerOf, saidOn } from "./support.ts";

let context: RealmContext;
let idp: Idp;

beforeAll(async () => {
  stubInternet();
  idp = await makeIdp();
  context = await makeRealm();
  await useIdp(context, idp);
});

afterEach(() => {
  vi.useRealTimers();
});

const cookieOf = ({ browser }: Reader): string => browser.cookie(context.realm.authDomain, "qt-auth") ?? "";
const passkeysOf = async ({ user }: Reader) =>
  (await context.objects.call(user.id, (object) => object.factors(null))).passkeys;

async function withPasskey(reader: Reader, body: Record<string, unknown> = {}): Promise<Authenticator> {
  const device = await Authenticator.on(context.realm.issuer);
  const { response } = await addPasskey(context, device, { "qt-auth": cookieOf(reader) }, body);
  expect(response.status).toBe(200);
  return device;
}

describe("devices", () => {
  it("SE-05 are listed by name, this one first; one is ended, or all others, and at once", async () => {
    const reader = await readerOf(context);
    const others = [await signIn(context, reader.user), await signIn(context, reader.user)];
    const page = await reader.open("devices");
    expect(page.html.match(/id="device-\d+"/g)).toHaveLength(3);
    expect(page.html).toMatch(/id="device-0".*?this device/s);
    const ended = await reader.browser.submit(page, "end-1-form");
    expect(saidOn(ended)).toBe("The device is signed out.");
    expect(await sessionCount(context, reader.user.id)).toBe(2);
    expect(saidOn(await reader.send("devices", "others-form"))).toBe("All other devices are signed out.");
    for (const other of others) expect((await get(context, "/users/me", other)).status).toBe(403);
    expect((await reader.open("devices")).forms.map(({ id }) => id)).toEqual(["sign-out-form"]);
  });

  it("MR-01 never another user's", async () => {
    const [reader, other] = [await readerOf(context), await readerOf(context)];
    const [theirs] = await context.objects.call(other.user.id, (object) => object.sessions());
    const page = await post(reader, "endDevice", { sid: theirs?.sid ?? "" });
    expect([page.status, saidOn(page)]).toEqual([404, "That was gone already."]);
    expect(await sessionCount(context, other.user.id)).toBe(1);
  });
});

describe("passkeys", () => {
  it("MF-04 are renamed and removed by forms, and the owner is told", async () => {
    const reader = await readerOf(context);
    const device = await withPasskey(reader, { name: "Laptop" });
    const renamed = await reader.send("passkeys", "rename-0-form", { name: "Desk <b>" });
    expect(saidOn(renamed)).toBe("The passkey has its new name.");
    expect(renamed.html).toContain("<bdi>Desk &lt;b&gt;</bdi>");
    expect((await reader.send("passkeys", "rename-0-form", { name: "  " })).status).toBe(422);
    const mails = await countTo(context, reader.user.email);
    expect(saidOn(await reader.send("passkeys", "remove-0"))).toContain("The passkey is removed.");
    expect(await passkeysOf(reader)).toEqual([]);
    expect(await context.passkeys.findOwner(await sha256(device.id))).toBeNull();
    expect(await countTo(context, reader.user.email)).toBe(mails + 1);
  });

  it("MR-01 of another user are neither renamed nor removed", async () => {
    const [reader, other] = [await readerOf(context), await readerOf(context)];
    const device = await withPasskey(other, { name: "Theirs" });
    expect((await post(reader, "renamePasskey", { id: device.id, name: "Mine" })).status).toBe(404);
    expect((await post(reader, "removePasskey", { id: device.id })).status).toBe(404);
    expect((await passkeysOf(other)).map(({ name }) => name)).toEqual(["Theirs"]);
    expect(await context.passkeys.findOwner(await sha256(device.id))).toBe(other.user.id);
  });

  it("the last way into an account stays, also when two tabs remove one each", async () => {
    const bare = await makeUser(context, { email: null, username: `bare-${crypto.randomUUID().slice(0, 8)}` });
    const reader = await readerOf(context, { ...bare, email: bare.username });
    const devices = [await withPasskey(reader), await withPasskey(reader)];
    await context.users.update(bare.id, bare.version, { passwordHash: null }, Date.now());
    const pages = await Promise.all(devices.map(({ id }) => post(reader, "removePasskey", { id })));
    expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await passkeysOf(reader)).toHaveLength(1);
    const [kept] = await passkeysOf(reader);
    const last = await post(reader, "removePasskey", { id: kept?.id ?? "" });
    expect(saidOn(last)).toBe("This is the only way into your account. Set a password or add an address first.");
    expect(await context.passkeys.findOwner(await sha256(kept?.id ?? ""))).toBe(bare.id);
  });

  it("one of two tabs that remove the same one has done it", async () => {
    const reader = await readerOf(context);
    const device = await withPasskey(reader);
    const mails = await countTo(context, reader.user.email);
    const pages = await Promise.all([1, 2].map(() => post(reader, "removePasskey", { id: device.id })));
    expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect(await countTo(context, reader.user.email)).toBe(mails + 1);
  });
});

describe("two-step verification", () => {
  it("MF-02 is set up, gets new codes and is turned off without JavaScript", async () => {
    const reader = await readerOf(context);
    const setUp = await reader.browser.follow(await reader.open("two-step"), "set-up-link");
    const secret = secretOn(setUp);
    const kept = await reader.browser.submit(setUp, "set-up-form", { token: codeOf(secret) });
    const first = codesOn(kept);
    expect(first).toHaveLength(10);
    expect(decodeURIComponent(kept.links["download-codes"] ?? "")).toContain(first.join("\n"));
    const back = await reader.browser.follow(kept, "continue-link");
    expect(back.url.pathname).toBe(accountPaths["two-step"]);
    const renewed = await reader.browser.submit(back, "codes-form");
    const second = codesOn(renewed);
    expect(second.filter((code) => first.includes(code))).toEqual([]);
    expect(renewed.headers.get("cache-control")).toBe("no-store");

    const wrong = await reader.send("two-step", "off-form", { "recovery-code": first[0] ?? "" });
    expect([wrong.status, saidOn(wrong)]).toEqual([401, "This code is not right, has been used, or is too old."]);
    expect((await reader.send("two-step", "off-form")).status).toBe(422);
    const off = await reader.send("two-step", "off-form", { "recovery-code": second[0] ?? "" });
    expect(saidOn(off)).toBe("Two-step verification is off.");
    expect((await newestTo(context, reader.user.email)).text).toContain("turned off");
  });
});

describe("accounts elsewhere", () => {
  it("FE-10 are connected by a form and the provider, disconnected by another, and the owner hears of both", async () => {
    const reader = await readerOf(context);
    const leaving = await reader.send("linked", "connect-idp-form");
    expect(leaving.status).toBe(200);
    expect(leaving.headers.get("refresh")).toBe(`0;url=${leaving.links["go-link"]}`);
    const away = await reader.browser.follow(leaving, "go-link");
    const person = { sub: "p1", email: "p1@elsewhere.test" };
    const back = await reader.browser.open(idp.answer(away.url, person).href, "cross-site");
    expect([back.url.pathname, saidOn(back)]).toEqual([accountPaths.linked, "The account is connected."]);
    expect(back.html).toContain("p1@elsewhere.test");
    expect((await newestTo(context, reader.user.email)).subject).toContain("connected");
    const gone = await reader.send("linked", "disconnect-0-form");
    expect(saidOn(gone)).toContain("The account is disconnected.");
    expect(await context.linkedAccounts.listOf(reader.user.id)).toEqual([]);
    expect((await newestTo(context, reader.user.email)).subject).toContain("disconnected");
  });

  it("say why nothing came of it", async () => {
    const reader = await readerOf(context);
    const leaving = await reader.send("linked", "connect-idp-form");
    const away = await reader.browser.follow(leaving, "go-link");
    const state = away.url.searchParams.get("state") ?? "";
    const callback = new URL(away.url.searchParams.get("redirect_uri") ?? "");
    callback.search = new URLSearchParams({ error: "access_denied", state, iss: idp.issuer }).toString();
    const back = await reader.browser.open(callback.href, "cross-site");
    expect(back.url.pathname).toBe(accountPaths.linked);
    expect(saidOn(back)).toMatch(/./);
    expect(await context.linkedAccounts.listOf(reader.user.id)).toEqual([]);
  });

  it("MR-01 of another user stay, and so does the only way in", async () => {
    const [reader, other] = [await readerOf(context), await readerOf(context)];
    const link = { source: "idp", metadata: {}, linkedAt: Date.now() };
    await context.linkedAccounts.add({ ...link, sourceId: "theirs", userId: other.user.id }, null);
    await context.linkedAccounts.add({ ...link, sourceId: "mine", userId: reader.user.id }, null);
    expect((await post(reader, "disconnect", { source: "idp", "source-id": "theirs" })).status).toBe(404);
    await context.users.update(reader.user.id, reader.user.version, { passwordHash: null }, Date.now());
    const last = await reader.send("linked", "disconnect-0-form");
    expect([last.status, last.headers.get("x-error-code")]).toEqual([409, "last-way-in"]);
    expect(await context.linkedAccounts.listOf(other.user.id)).toHaveLength(1);
  });
});

describe("connected apps", () => {
  it("CO-05 say in words what they may, and lose their access at once", async () => {
    const reader = await readerOf(context);
    const client = await makeClient(context, {}, { name: "Crossword <Club>" });
    const { code, verifier } = await obtainCode(context, client, cookieOf(reader));
    const tokens = await redeem(context, client, code, verifier);
    await context.objects.call(reader.user.id, (object) => object.addConsent(client.clientId, ["email"]));
    const page = await reader.open("apps");
    expect(page.html).toContain("Crossword &lt;Club&gt;");
    expect(page.html).toMatch(/<span>[A-Z][^<]*email address/);
    expect(saidOn(await reader.browser.submit(page, "remove-app-0"))).toBe("The app has no access any more.");
    const refreshed = await tokenRequest(context, client, {
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token,
    });
    expect(refreshed.status).toBe(400);
    expect((await post(reader, "removeApp", { client: client.clientId })).status).toBe(404);
    expect((await reader.open("apps")).html).toContain('id="no-apps"');
  });

  it("MR-01 lose an account elsewhere by a button, pressed once or twice, and another user's stays", async () => {
    const [reader, other] = [await readerOf(context), await readerOf(context)];
    const client = await makeClient(context, {}, { name: "Print shop" });
    const addresses = { authorize_url: "https://drive.test/authorize", token_url: "https://drive.test/token" };
    const provider = await makeVaultProvider(context, { ...addresses, api_hosts: ["drive.test"] });
    const secrets = { type: "api_key" as const, key: "a key of theirs" };
    for (const { user } of [reader, other]) {
      const session = await signIn(context, user);
      await makeConnection(context, { provider, clientId: client.clientId, session }, { secrets });
    }
    const left = async ({ user }: Reader) =>
      (await context.objects.call(user.id, (object) => object.connections(null, null)))?.length;
    const page = await reader.open("apps");
    expect(page.html).toContain("Print shop");
    for (let time = 0; time < 2; time++)
      expect(saidOn(await reader.browser.submit(page, "disconnect-0"))).toBe("The app has no access any more.");
    expect([await left(reader), await left(other)]).toEqual([0, 1]);
    expect((await reader.open("apps")).html).not.toContain("Print shop");
  });
});

it("a page that stood open too long changes nothing", async () => {
  const reader = await readerOf(context);
  const page = await reader.open("profile");
  travel(12 * 3600 + 120);
  expect((await reader.browser.submit(page, "profile-form", { name: "Late" })).status).toBe(403);
  expect((await context.users.findById(reader.user.id))?.name).toBe(reader.user.name);
});
