import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { changeUser } from "../../src/domain/users/change-user.ts";
import { accountPaths } from "../../src/pages/account/paths.ts";
import { countTo, newestTo } from "../messages/mailbox.ts";
import { travel } from "../support/clock.ts";
import {
  formBody,
  goodPassword,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
} from "../support/world.ts";
import { expectError, logIn, sessionCount } from "../surfaces/session-api.ts";
import { Authenticator } from "../two-factor/authenticator.ts";
import { addPasskey, enableTotp } from "../two-factor/support.ts";
import { elevenMinutes, readerOf, saidOn } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const api = (method: string, path: string, cookie: string): Promise<Response> =>
  request(`${context.realm.issuer}/api/auth/v1${path}`, { method, headers: { cookie: `qt-auth=${cookie}` } });

describe("taking one's data along (S1.10)", () => {
  it("has all there is in one file, and nothing that opens anything", async () => {
    const user = await makeUser(context, { metadata: { theme: "dark" } });
    const enrolled = await enableTotp(context, await signIn(context, user));
    const device = await Authenticator.on(context.realm.issuer);
    await addPasskey(context, device, { "qt-auth": enrolled.session }, { name: "Laptop" });
    const client = await makeClient(context, {}, { name: "Crossword Club" });
    const { code, verifier } = await obtainCode(context, client, enrolled.session);
    const tokens = await redeem(context, client, code, verifier);
    await context.objects.call(user.id, (object) => object.addConsent(client.clientId, ["email"]));
    const link = { source: "google", sourceId: "g-1", userId: user.id, metadata: { email: "g@x.test" } };
    await context.linkedAccounts.add({ ...link, linkedAt: Date.now() }, null);

    const [session] = await context.objects.call(user.id, (object) => object.sessions());
    const kept = {
      provider: "dropbox",
      clientId: client.clientId,
      oauthId: "o-1",
      providerSince: 1,
      scopes: ["files"],
    };
    await context.objects.call(user.id, (object) =>
      object.putConnection(
        { ...kept, sealed: "sealed-tokens-of-dropbox", sealedFor: "o", expiresAt: null },
        session?.sid ?? "",
      ),
    );

    const response = await api("GET", "/users/me/data", enrolled.session);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="account-${user.id}.json"`);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(JSON.parse(text)).toMatchObject({
      realm: context.realm.issuer,
      user: { id: user.id, email: user.email, metadata: { theme: "dark" }, "has-password": true, roles: ["user"] },
      "linked-accounts": [{ source: "google", "source-id": "g-1", metadata: { email: "g@x.test" } }],
      sessions: [{ current: true, methods: ["pwd", "otp", "mfa"] }],
      consents: [{ "client-name": "Crossword Club", scopes: ["email"] }],
      connections: [{ provider: "dropbox", status: "active", scopes: ["files"] }],
      "second-factors": { "authenticator-app": true, "recovery-codes-left": 10, passkeys: [{ name: "Laptop" }] },
    });
    const stored = await context.users.findById(user.id);
    const factors = await context.objects.call(user.id, (object) => object.factors(null));
    for (const secret of [
      stored?.passwordHash,
      goodPassword,
      enrolled.secret,
      factors.sealedTotpSecret,
      ...enrolled.recoveryCodes,
      enrolled.session,
      tokens.access_token,
      tokens.refresh_token,
      client.secret,
      "sealed-tokens-of-dropbox",
    ]) {
      expect(secret).toMatch(/.{8}/);
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/hash|argon2|sealed/i);
    expect((await newestTo(context, user.email)).subject).toContain("downloaded");
  });

  it("is a form for those without scripts, with their own data only", async () => {
    const [reader, other] = [await readerOf(context), await readerOf(context)];
    const file = await reader.send("data", "download-form");
    expect(file.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(JSON.parse(file.html)).toMatchObject({ user: { id: reader.user.id } });
    expect(file.html).not.toContain(String(other.user.email));
  });

  it("SE-01 is for nobody without a session, and for nobody whom another site has sent", async () => {
    const address = `${context.realm.issuer}/api/auth/v1/users/me/data`;
    await expectError(await request(address), 403, "session-required");
    const user = await makeUser(context);
    const headers = { cookie: `qt-auth=${await signIn(context, user)}`, "sec-fetch-site": "cross-site" };
    expect((await request(address, { headers })).status).toBe(403);
    expect(await countTo(context, user.email)).toBe(0);
  });

  it("PW-07 needs a sign-in within the last ten minutes, and so does deleting", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    travel(elevenMinutes);
    await expectError(await api("GET", "/users/me/data", cookie), 403, "reauthentication-required");
    await expectError(await api("DELETE", "/users/me", cookie), 403, "reauthentication-required");
    vi.useRealTimers();
    expect(await context.users.findById(user.id)).not.toBeNull();
  });
});

describe("deleting one's account (S1.10)", () => {
  it("ends everything at once, after the address was typed, and says farewell", async () => {
    const reader = await readerOf(context);
    const elsewhere = await signIn(context, reader.user);
    const client = await makeClient(context);
    const { code, verifier } = await obtainCode(context, client, elsewhere);
    const tokens = await redeem(context, client, code, verifier);
    const wrong = await reader.send("data", "delete", { confirmation: "something else" });
    expect([wrong.status, saidOn(wrong)]).toEqual([422, "Type it exactly as it is shown."]);
    expect(await sessionCount(context, reader.user.id)).toBe(2);

    const gone = await reader.browser.submit(wrong, "delete", { confirmation: reader.user.email ?? "" });
    expect([gone.url.pathname, gone.status]).toEqual([accountPaths.deleted, 200]);
    expect(gone.html).toContain("Your account is deleted");
    expect(reader.browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
    expect(await context.users.findById(reader.user.id)).toBeNull();
    expect((await api("GET", "/users/me", elsewhere)).status).toBe(403);
    expect((await logIn(context, reader.user.email)).status).toBe(401);
    const userinfo = await request(`${context.realm.issuer}/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(userinfo.status).toBe(401);
    expect((await newestTo(context, reader.user.email)).subject).toContain("is deleted");
  });

  it("is done once by two tabs, and both end on the same page", async () => {
    const reader = await readerOf(context);
    const page = await reader.open("data");
    const confirmation = reader.user.email ?? "";
    const pages = await Promise.all([1, 2].map(() => reader.browser.submit(page, "delete", { confirmation })));
    for (const { url } of pages) expect([accountPaths.deleted, "/sign-in"]).toContain(url.pathname);
    expect(await context.users.findById(reader.user.id)).toBeNull();
    const farewells = await countTo(context, reader.user.email);
    expect(farewells).toBe(1);
  });

  it("AU-07 keeps the realm's only system administrator; of two, both at once, one stays", async () => {
    const own = await makeRealm();
    const make = async () => {
      const user = await makeUser(own);
      return changeUser(own, user, { roles: ["user", "sysadmin"] }, "none");
    };
    const first = await make();
    const cookie = await signIn(own, first);
    const call = (session: string) =>
      request(`${own.realm.issuer}/api/auth/v1/users/me`, {
        method: "DELETE",
        headers: { cookie: `qt-auth=${session}` },
      });
    await expectError(await call(cookie), 409, "last-sysadmin");
    const second = await signIn(own, await make());
    const statuses = (await Promise.all([cookie, second].map(call))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([204, 409]);
  });

  it("SE-08 no foreign page deletes anybody, by form or by script", async () => {
    const reader = await readerOf(context);
    const address = `${context.realm.issuer}${accountPaths.deleteAccount}`;
    const forged = await reader.browser.submitFrom("https://evil.test", address, { confirmation: "x" });
    expect(forged.status).toBe(403);
    const cookie = reader.browser.cookie(context.realm.authDomain, "qt-auth") ?? "";
    const headers = { cookie: `qt-auth=${cookie}`, origin: "https://evil.test" };
    const scripted = await request(`${context.realm.issuer}/api/auth/v1/users/me`, { method: "DELETE", headers });
    expect(scripted.status).toBe(403);
    const tokenless = await request(address, {
      ...formBody({ confirmation: reader.user.email ?? "" }),
      headers: { "content-type": "application/x-www-form-urlencoded", cookie: `qt-auth=${cookie}` },
    });
    expect(tokenless.status).toBe(403);
    expect(await context.users.findById(reader.user.id)).not.toBeNull();
  });
});
