import { beforeAll, describe, expect, it } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { objectOf, refresh } from "../support/token-side.ts";
import {
  cookiesOf,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
} from "../support/world.ts";
import { expectError, get, logIn, post, type UserAnswer } from "../surfaces/session-api.ts";
import { codeIn, linkIn, newestTo } from "./mailbox.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

const victims = "amber-willow-canyon-63";
const fresh = () => `victim-${randomHandle(6).toLowerCase()}@example.test`;

async function send(path: string, email: string, cookie?: string): Promise<{ otp: string; otpAuth: string }> {
  const response = await post(context, path, { email }, cookie);
  return { otp: codeIn(await newestTo(context, email)), otpAuth: cookiesOf(response)["otp-auth"] ?? "" };
}

/** Somebody makes an account with an address that is not theirs, and everything that may outlive a new password. */
async function hijackAhead(email: string) {
  const signedUp = await post(context, "/signup", { email, name: "Mallory", password: goodPassword });
  const { user } = await signedUp.json<UserAnswer>();
  const cookie = cookiesOf(signedUp)["qt-auth"] ?? "";
  const client = await makeClient(context);
  const { code, verifier } = await obtainCode(context, client, cookie);
  const tokens = await redeem(context, client, code, verifier);
  await context.linkedAccounts.add(
    { source: "evil", sourceId: `m-${user.id}`, userId: user.id, metadata: {}, linkedAt: Date.now() },
    null,
  );
  const passkey = {
    id: `pk-${user.id}`,
    publicKey: "x",
    counter: 0,
    rpId: context.realm.authDomain,
    transports: "",
    name: "",
  };
  await runInObject(user.id, (sql) => {
    sql.exec(
      "INSERT INTO passkeys (id, public_key, counter, rp_id, transports, name, second_factor, device_bound, created_at, last_used_at) VALUES (?, ?, 0, ?, '', '', 0, 0, ?, 0)",
      passkey.id,
      passkey.publicKey,
      passkey.rpId,
      Date.now(),
    );
    sql.exec(
      "INSERT INTO totp (state, sealed_secret, set_up_by, created_at, last_step) VALUES ('pending', 'x', 'x', ?, 0)",
      Date.now(),
    );
  });
  const connection = { provider: "drive", clientId: client.clientId, oauthId: "o", providerSince: 1, scopes: [] };
  const sid = (await context.objects.call(user.id, (object) => object.sessions()))[0]?.sid ?? "";
  await context.objects.call(user.id, (object) =>
    object.putConnection({ ...connection, sealed: "x", sealedFor: "o", expiresAt: null }, sid),
  );
  const isIn = async () => ({
    session: (await get(context, "/users/me", cookie)).status === 200,
    password: (await logIn(context, email)).status === 200,
    grant: (await refresh(context, client, tokens.refresh_token)).status === 200,
    connection: (await context.objects.call(user.id, (object) => object.connections(null, null)))?.length === 1,
    link: (await context.linkedAccounts.listOf(user.id)).length > 0,
    passkey: (await context.objects.call(user.id, (object) => object.factors(null))).passkeys.length > 0,
    totp: (await context.objects.call(user.id, (object) => object.factors(null))).pendingTotp !== null,
  });
  return { userId: user.id, cookie, isIn };
}

const nowhere = {
  session: false,
  password: false,
  grant: false,
  connection: false,
  link: false,
  passkey: false,
  totp: false,
};
const everywhere = Object.fromEntries(Object.keys(nowhere).map((way) => [way, true]));

async function runInObject(userId: number, run: (sql: SqlStorage) => void): Promise<void> {
  const { runInDurableObject } = await import("cloudflare:test");
  const stub = objectOf(context, userId);
  await runInDurableObject(stub, (_object, state) => run(state.storage.sql));
}

describe("RC-13 an account that was made ahead with somebody else's address (USENIX Security 2022)", () => {
  it("lets nobody but the owner in, once the owner signs in by a code", async () => {
    const email = fresh();
    const { userId, isIn } = await hijackAhead(email);
    const { otp } = await send("/users/send-otp", email);
    const response = await post(context, "/login", { email, otp, "auto-signup": true });
    const { user } = await response.json<UserAnswer>();
    expect(user).toMatchObject({ id: userId, "verification-status": "email" });
    expect(await isIn()).toEqual(nowhere);
    expect((await get(context, "/users/me", cookiesOf(response)["qt-auth"])).status).toBe(200);
  });

  it.each(["by code", "by link"])(
    "lets nobody but the owner in, once the owner sets a new password %s",
    async (way) => {
      const email = fresh();
      const { isIn } = await hijackAhead(email);
      const { otp } = await send("/users/forgot-password", email);
      const token = linkIn(await newestTo(context, email)).searchParams.get("token");
      const response =
        way === "by code"
          ? await post(context, "/users/reset-password", { email, otp, "new-password": victims })
          : await post(context, "/users/reset-password-with-token", { token, "new-password": victims });
      expect(response.status).toBe(200);
      expect(await isIn()).toEqual(nowhere);
      expect((await logIn(context, email, victims)).status).toBe(200);
      expect((await context.users.findByEmail(email))?.emailVerified).toBe(true);
    },
  );

  it.each(["link", "code"])(
    "lets nobody but the owner in, when the owner first confirms the address by a %s and then sets a password",
    async (way) => {
      const email = fresh();
      const { isIn } = await hijackAhead(email);
      if (way === "link") {
        await post(context, "/users/send-verification-link", { email, "redirect-url": "/" });
        const landed = await request(String(linkIn(await newestTo(context, email))));
        expect(landed.headers.get("location")).toMatch(/#email-verified$/);
      } else {
        const { otp, otpAuth } = await send("/users/send-otp", email);
        const body = post(context, "/users/update-with-otp", { otp }, undefined, { cookie: `otp-auth=${otpAuth}` });
        expect((await body).status).toBe(200);
      }
      const { otp } = await send("/users/forgot-password", email);
      expect((await post(context, "/users/reset-password", { email, otp, "new-password": victims })).status).toBe(200);
      expect(await isIn()).toEqual(nowhere);
    },
  );

  it("lets nobody but the owner in, when the owner first confirms the address by a link and then signs in by a code", async () => {
    const email = fresh();
    const { userId, isIn } = await hijackAhead(email);
    await post(context, "/users/send-verification-link", { email, "redirect-url": "/" });
    await request(String(linkIn(await newestTo(context, email))));
    expect(await isIn()).toEqual(everywhere);
    const { otp } = await send("/users/send-otp", email);
    const response = await post(context, "/login", { email, otp });
    expect((await response.json<UserAnswer>()).user.id).toBe(userId);
    expect(await isIn()).toEqual(nowhere);
    const { otp: again } = await send("/users/send-otp", email);
    await post(context, "/login", { email, otp: again });
    expect((await get(context, "/users/me", cookiesOf(response)["qt-auth"])).status).toBe(200);
  });

  it("leaves its maker no other address to come in by", async () => {
    const email = fresh();
    const { userId, cookie } = await hijackAhead(email);
    await post(context, "/users/send-verification-link", { email, "redirect-url": "/" });
    const link = linkIn(await newestTo(context, email));
    const phoneNumber = `+49153${Date.now() % 10_000_000}1`;
    const sent = await post(context, "/users/send-otp", { "phone-number": phoneNumber }, cookie);
    const own = codeIn(await newestTo(context, phoneNumber));
    const cookies = { cookie: `qt-auth=${cookie}; otp-auth=${cookiesOf(sent)["otp-auth"]}` };
    const confirm = `${context.realm.issuer}/api/auth/v1/users/update-with-otp`;
    expect((await request(confirm, jsonBody({ otp: own }, cookies))).status).toBe(200);
    expect((await request(String(link))).headers.get("location")).toMatch(/#email-verified$/);
    const { otp } = await send("/users/forgot-password", email);
    expect((await post(context, "/users/reset-password", { email, otp, "new-password": victims })).status).toBe(200);
    expect(await context.users.findById(userId)).toMatchObject({ emailVerified: true, phoneVerified: false });
    await post(context, "/users/send-otp", { "phone-number": phoneNumber });
    const code = codeIn(await newestTo(context, phoneNumber));
    const refused = await post(context, "/login", { "phone-number": phoneNumber, otp: code });
    await expectError(refused, 401, "otp-mismatch");
  });

  it("keeps what was set up after the address was confirmed", async () => {
    const email = fresh();
    const { userId } = await hijackAhead(email);
    const { otp, otpAuth } = await send("/users/send-otp", email);
    await post(context, "/users/update-with-otp", { otp }, undefined, { cookie: `otp-auth=${otpAuth}` });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const later = { source: "google", sourceId: `own-${userId}`, userId, metadata: {}, linkedAt: Date.now() };
    await context.linkedAccounts.add(later, null);
    const reset = await send("/users/forgot-password", email);
    await post(context, "/users/reset-password", { email, otp: reset.otp, "new-password": victims });
    expect((await context.linkedAccounts.listOf(userId)).map(({ source }) => source)).toEqual(["google"]);
  });

  it("takes nothing from somebody who confirms the address in the session that made the account", async () => {
    const email = fresh();
    const { cookie, isIn } = await hijackAhead(email);
    const { otp } = await send("/users/send-otp", email, cookie);
    expect((await post(context, "/users/update-with-otp", { otp }, cookie)).status).toBe(200);
    expect(await isIn()).toEqual(everywhere);
    const { otp: own } = await send("/users/send-otp", email, cookie);
    expect((await post(context, "/login", { email, otp: own }, cookie)).status).toBe(200);
    expect((await logIn(context, email)).status).toBe(200);
  });

  it("takes a session that is over for no sign that one person holds account and address", async () => {
    const email = fresh();
    const { userId, cookie, isIn } = await hijackAhead(email);
    await context.objects.call(userId, (object) => object.endEverything());
    const { otp } = await send("/users/send-otp", email);
    expect((await post(context, "/login", { email, otp }, cookie)).status).toBe(200);
    expect(await isIn()).toEqual(nowhere);
  });

  it("gives no code of a change that was begun before the owner came (unexpired e-mail change)", async () => {
    const email = fresh();
    const { userId, cookie } = await hijackAhead(email);
    const evil = `evil-${randomHandle(6).toLowerCase()}@example.test`;
    await post(context, "/users/send-otp", { email: evil }, cookie);
    const pending = codeIn(await newestTo(context, evil));
    const { otp } = await send("/users/send-otp", email);
    await post(context, "/login", { email, otp });
    const refused = await post(context, "/users/update-with-otp", { otp: pending, user: { email: evil } }, cookie, {
      cookie: `qt-auth=${cookie}`,
    });
    expect([401, 403]).toContain(refused.status);
    expect((await context.users.findById(userId))?.email).toBe(email);
  });
});

describe("RC-13 an account of somebody else's that merely says an address is its own (trojan identifier)", () => {
  it("gets no mail for it, and loses it to whoever proves it", async () => {
    const phoneNumber = `+49151${Date.now() % 10_000_000}1`;
    const email = fresh();
    const trojan = await makeUser(context, { email, phoneNumber, phoneVerified: true, password: goodPassword });
    await post(context, "/users/forgot-password", { email });
    await post(context, "/users/send-verification-link", { email });
    await expect(newestTo(context, email)).rejects.toThrow("nothing was sent");
    const { otp } = await send("/users/send-otp", email);
    const response = await post(context, "/login", { email, otp, "auto-signup": true });
    const { user } = await response.json<UserAnswer>();
    expect(user).toMatchObject({ email, "verification-status": "email" });
    expect(user.id).not.toBe(trojan.id);
    expect(await context.users.findById(trojan.id)).toMatchObject({ email: null, phoneNumber, phoneVerified: true });
  });

  it("keeps it when the one who has the account proves it", async () => {
    const phoneNumber = `+49152${Date.now() % 10_000_000}1`;
    const email = fresh();
    const user = await makeUser(context, { email, phoneNumber, phoneVerified: true });
    const cookie = await signIn(context, user);
    const sent = await post(context, "/users/send-otp", { email }, cookie);
    expect(sent.status).toBe(200);
    const otp = codeIn(await newestTo(context, email));
    await expectError(await post(context, "/login", { email, otp, "auto-signup": true }), 401, "otp-mismatch");
    const init = jsonBody({ otp }, { cookie: `qt-auth=${cookie}; otp-auth=${cookiesOf(sent)["otp-auth"]}` });
    expect((await request(`${context.realm.issuer}/api/auth/v1/users/update-with-otp`, init)).status).toBe(200);
    expect(await context.users.findById(user.id)).toMatchObject({ email, emailVerified: true, phoneVerified: true });
  });
});
