import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { travel } from "../support/clock.ts";
import { cookiesOf, makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError, get, logIn, post, sessionCount, type UserAnswer } from "../surfaces/session-api.ts";
import { codeIn, countTo, newestTo, wrongCode } from "./mailbox.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const fresh = () => `fresh-${randomHandle(6).toLowerCase()}@example.test`;
const stored = (user: UserRow) => context.users.findById(user.id);
const update = (otp: string, cookie?: string, user?: unknown) =>
  post(context, "/users/update-with-otp", { otp, ...(user === undefined ? {} : { user }) }, cookie);

/** What a browser without a session keeps of send-otp, and the code. */
async function asked(email: string | null): Promise<{ cookie: string; otp: string }> {
  const sent = await post(context, "/users/send-otp", { email });
  return { cookie: cookiesOf(sent)["otp-auth"] ?? "", otp: codeIn(await newestTo(context, email)) };
}

const updateAsked = (cookie: string, body: unknown) =>
  post(context, "/users/update-with-otp", body, undefined, { cookie: `otp-auth=${cookie}` });

describe("POST /api/auth/v1/users/update-with-otp of somebody signed in (contract §2)", () => {
  it.each([
    ["the code alone", undefined],
    ["the user as Bridgekeeper's front ends send it", { "verification-status": "email" }],
    ["the address", { email: "own" }],
  ])("proves one's own address by %s", async (_, user) => {
    const me = await makeUser(context);
    const cookie = await signIn(context, me);
    await post(context, "/users/send-otp", { email: me.email }, cookie);
    const body = user !== undefined && "email" in user ? { email: me.email } : user;
    const response = await update(codeIn(await newestTo(context, me.email)), cookie, body);
    expect([response.status, await response.json()]).toEqual([200, { message: "The address is confirmed." }]);
    expect(cookiesOf(response)).toEqual({ "otp-auth": "" });
    const { user: shown } = await (await get(context, "/users/me", cookie)).json<UserAnswer>();
    expect(shown["verification-status"]).toBe("email");
    expect(await stored(me)).toMatchObject({ emailVerified: true, passwordHash: me.passwordHash });
    expect(await sessionCount(context, me.id)).toBe(1);
  });

  it("takes the address beside the code, too", async () => {
    const me = await makeUser(context);
    const cookie = await signIn(context, me);
    await post(context, "/users/send-otp", { email: me.email }, cookie);
    const otp = codeIn(await newestTo(context, me.email));
    expect((await post(context, "/users/update-with-otp", { otp, email: me.email }, cookie)).status).toBe(200);
    expect(await stored(me)).toMatchObject({ emailVerified: true });
  });

  it("RC-12 gives the account a new address by its code, tells the old one, and only then", async () => {
    const me = await makeUser(context, { emailVerified: true });
    const cookie = await signIn(context, me);
    const email = fresh();
    await post(context, "/users/send-otp", { "always-send": true, email }, cookie);
    const message = await newestTo(context, email);
    expect(message.subject).toMatch(/^Confirm your address/);
    expect(await stored(me)).toEqual(me);
    expect((await logIn(context, me.email)).status).toBe(200);
    expect(await countTo(context, me.email)).toBe(0);
    const user = { email, "verification-status": "email", roles: ["sysadmin"], name: "Ignored" };
    expect((await update(codeIn(message), cookie, user)).status).toBe(200);
    expect(await stored(me)).toMatchObject({ email, emailVerified: true, roles: ["user"], name: me.name });
    expect((await newestTo(context, me.email)).subject).toMatch(/^Your email address at .* was changed$/);
    expect((await logIn(context, email)).status).toBe(200);
    await expectError(await logIn(context, me.email), 401, "bad_credential");
  });

  it("links a phone number by its code, and tells the owner by mail", async () => {
    const me = await makeUser(context, { emailVerified: true });
    const cookie = await signIn(context, me);
    const phone = "+4915177700001";
    await post(context, "/users/send-otp", { "always-send": true, "phone-number": phone }, cookie);
    const otp = codeIn(await newestTo(context, phone));
    const user = { "login-phone-number": phone, "phone-number": 15177700001, "verification-status": "phone" };
    expect((await update(otp, cookie, user)).status).toBe(200);
    expect(await stored(me)).toMatchObject({ phoneNumber: phone, phoneVerified: true, email: me.email });
    expect((await newestTo(context, me.email)).subject).toMatch(/^Your phone number at /);
  });

  it("RC-12 POST /users/profile leaves a proven address until the new one is proven", async () => {
    const me = await makeUser(context, { emailVerified: true });
    const cookie = await signIn(context, me);
    const email = fresh();
    const answer = await post(context, "/users/profile", { email, name: "New Name" }, cookie);
    expect((await answer.json<UserAnswer>()).user).toMatchObject({ email: me.email, name: "New Name" });
    expect((await update(codeIn(await newestTo(context, email)), cookie, { email })).status).toBe(200);
    expect(await stored(me)).toMatchObject({ email, emailVerified: true });
  });

  it("RC-12 asks for a recent sign-in before another address is sent a code", async () => {
    const me = await makeUser(context, { emailVerified: true });
    const cookie = await signIn(context, me);
    travel(601);
    const email = fresh();
    await expectError(await post(context, "/users/send-otp", { email }, cookie), 403, "reauthentication-required");
    expect(await countTo(context, email)).toBe(0);
    expect((await post(context, "/users/send-otp", { email: me.email }, cookie)).status).toBe(200);
  });

  it("MF-09 takes the code for a new address in the session that asked for it, and in no other", async () => {
    const me = await makeUser(context, { emailVerified: true });
    const asking = await signIn(context, me);
    const other = await signIn(context, me);
    const email = fresh();
    await post(context, "/users/send-otp", { email }, asking);
    const otp = codeIn(await newestTo(context, email));
    await expectError(await update(otp, other, { email }), 401, "otp-mismatch");
    const stranger = await signIn(context, await makeUser(context));
    await expectError(await update(otp, stranger, { email }), 401, "otp-mismatch");
    await expectError(await post(context, "/login", { email, otp, "auto-signup": true }), 401, "otp-mismatch");
    expect((await update(otp, asking, { email })).status).toBe(200);
  });

  it("RC-12 does not give out the address of another account, and says so to its owner only", async () => {
    const [me, other] = [await makeUser(context, { emailVerified: true }), await makeUser(context)];
    const cookie = await signIn(context, me);
    const alike = [];
    for (const email of [other.email, fresh()]) {
      const response = await post(context, "/users/send-otp", { email }, cookie);
      alike.push([response.status, await response.text()]);
    }
    expect(alike[1]).toEqual(alike[0]);
    const otp = codeIn(await newestTo(context, other.email));
    await expectError(await update(wrongCode(otp), cookie, { email: other.email }), 401, "otp-mismatch");
    await expectError(await update(otp, cookie, { email: other.email }), 409, "user-already-exists");
    expect(await stored(me)).toEqual(me);
    expect(await stored(other)).toEqual(other);
  });

  it("RC-12 gives an address that two want at once to one of them", async () => {
    const email = fresh();
    const codes: [string, string][] = [];
    for (let users = 0; users < 2; users++) {
      const cookie = await signIn(context, await makeUser(context, { emailVerified: true }));
      await post(context, "/users/send-otp", { email }, cookie);
      codes.push([codeIn(await newestTo(context, email)), cookie]);
    }
    const all = await Promise.all(codes.map(([otp, cookie]) => update(otp, cookie, { email })));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("RC-09 sends five codes an hour for one user's new addresses, however many are named", async () => {
    const cookie = await signIn(context, await makeUser(context, { emailVerified: true }));
    const wanted = Array.from({ length: 9 }, fresh);
    for (const email of wanted) expect((await post(context, "/users/send-otp", { email }, cookie)).status).toBe(200);
    const counts = await Promise.all(wanted.map((email) => countTo(context, email)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(5);
  });
});

describe("POST /api/auth/v1/users/update-with-otp with otp-auth (contract §2)", () => {
  it("proves the address that this browser had a code sent to, and opens no session", async () => {
    const me = await makeUser(context);
    const { cookie, otp } = await asked(me.email);
    const response = await updateAsked(cookie, { otp, user: { "verification-status": "email" } });
    expect(response.status).toBe(200);
    expect(cookiesOf(response)).toEqual({ "otp-auth": "" });
    expect(await stored(me)).toMatchObject({ emailVerified: true, passwordHash: me.passwordHash });
    expect(await sessionCount(context, me.id)).toBe(0);
    expect((await logIn(context, me.email)).status).toBe(200);
  });

  it("does not take another address from the body", async () => {
    const [me, other] = [await makeUser(context), await makeUser(context)];
    const { cookie } = await asked(me.email);
    const foreign = await asked(other.email);
    const body = { otp: foreign.otp, user: { email: other.email } };
    await expectError(await updateAsked(cookie, body), 401, "otp-mismatch");
    expect(await stored(other)).toEqual(other);
  });

  it("refuses without session and cookie, and with a cookie that is none, is old, or is of another realm", async () => {
    const me = await makeUser(context);
    const { cookie, otp } = await asked(me.email);
    await expectError(await post(context, "/users/update-with-otp", { otp }), 403, "session-required");
    for (const bad of ["", "x", `${cookie}x`, cookie.slice(0, -2), `t1.${randomHandle(60)}`])
      await expectError(await updateAsked(bad, { otp }), 403, "session-required");
    const elsewhere = await makeRealm();
    const other = await post(elsewhere, "/users/send-otp", { email: me.email });
    await expectError(await updateAsked(cookiesOf(other)["otp-auth"] ?? "", { otp }), 403, "session-required");
    travel(601);
    await expectError(await updateAsked(cookie, { otp }), 403, "session-required");
  });

  it("tells somebody who has the code that there is no account yet, and leaves the code good for making one", async () => {
    const email = fresh();
    const { cookie, otp } = await asked(email);
    await expectError(await updateAsked(cookie, { otp: wrongCode(otp) }), 401, "otp-mismatch");
    await expectError(await updateAsked(cookie, { otp }), 404, "not-found");
    expect((await post(context, "/signup", { email, otp })).status).toBe(200);
  });

  it("RE-01 takes the code once, of fifty at once", async () => {
    const me = await makeUser(context);
    const { cookie, otp } = await asked(me.email);
    const all = await Promise.all(Array.from({ length: 50 }, () => updateAsked(cookie, { otp })));
    expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(401)]);
  });
});
