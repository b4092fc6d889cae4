import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { refresh } from "../support/token-side.ts";
import { cookiesOf, goodPassword, makeClient, makeRealm, makeUser, signIn, tokensFor } from "../support/world.ts";
import { expectError, get, logIn, post, sessionCount } from "../surfaces/session-api.ts";
import { newestTo } from "./mailbox.ts";
import { askReset, nextPassword as next, resetsIn } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const { byCode, byToken } = resetsIn(() => context);
const asked = (user: UserRow, realm = context) => askReset(realm, user);

type Way = [
  name: string,
  set: (
    user: UserRow,
    secrets: { otp: string; token: string },
    password?: string,
    cookie?: string,
  ) => Promise<Response>,
];

const ways: Way[] = [
  ["by its code", (user, { otp }, password, cookie) => byCode(user.email, otp, password, cookie)],
  ["by its link", (_, { token }, password, cookie) => byToken(token, password, cookie)],
];

/** Nothing was set: the code is not taken, or the link. */
async function expectDead(response: Response): Promise<void> {
  const code = response.headers.get("x-error-code");
  const isCode = code === "otp-mismatch";
  if (!isCode) expect(["invalid-token", "token-consumed"]).toContain(code);
  await expectError(response, isCode ? 401 : 403, code ?? "");
}

describe.each(ways)("a new password set %s (contract §2)", (name, set) => {
  it("RC-07 takes the place of the old one, ends sessions and grants, signs nobody in, and is told to the owner", async () => {
    const client = await makeClient(context);
    const { user, cookie, tokens } = await tokensFor(context, client);
    await context.users.update(user.id, user.version, { emailVerified: true }, Date.now());
    const response = await set(user, await asked(user));
    expect([response.status, await response.json()]).toEqual([200, { message: "Password was successfully reset." }]);
    expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
    expect(response.headers.get("x-qt-auth")).toBeNull();
    expect((await get(context, "/users/me", cookie)).status).toBe(403);
    expect((await refresh(context, client, tokens.refresh_token)).status).toBe(400);
    expect(await sessionCount(context, user.id)).toBe(0);
    await expectError(await logIn(context, user.email), 401, "bad_credential");
    expect((await logIn(context, user.email, next)).status).toBe(200);
    expect((await newestTo(context, user.email)).subject).toMatch(/^Your password for .* was changed$/);
  });

  it("keeps the session of whoever sets it, and ends the others", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const [mine, other] = [await signIn(context, user), await signIn(context, user)];
    expect((await set(user, await asked(user), next, mine)).status).toBe(200);
    expect((await get(context, "/users/me", mine)).status).toBe(200);
    expect((await get(context, "/users/me", other)).status).toBe(403);
  });

  it("ends another user's session in this browser no more than that user's others", async () => {
    const [user, other] = [await makeUser(context, { emailVerified: true }), await makeUser(context)];
    const cookie = await signIn(context, other);
    expect((await set(user, await asked(user), next, cookie)).status).toBe(200);
    expect((await get(context, "/users/me", cookie)).status).toBe(200);
  });

  it("RC-03 works once, of fifty at once", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const secrets = await asked(user);
    const passwords = Array.from({ length: 50 }, (_, index) => `${next}-${index}`);
    const all = await Promise.all(passwords.map((password) => set(user, secrets, password)));
    const won = all.flatMap(({ status }, index) => (status === 200 ? [index] : []));
    expect(won).toHaveLength(1);
    expect((await logIn(context, user.email, passwords[won[0] ?? 0])).status).toBe(200);
    await expectDead(await set(user, secrets));
  });

  it("PW-06 keeps to the realm's rules, and a refused password uses nothing up", async () => {
    const user = await makeUser(context, { emailVerified: true, username: `quillon-${name.replaceAll(" ", "-")}` });
    const secrets = await asked(user);
    for (const [password, code] of [
      ["short", "password-too-short"],
      ["", "password-too-short"],
      ["password123", "password-too-common"],
      [user.username ?? "", "password-contains-context"],
      [user.email ?? "", "password-contains-context"],
      ["x".repeat(2000), "password-too-long"],
    ] as const)
      await expectError(await set(user, secrets, password), 422, code);
    expect((await set(user, secrets)).status).toBe(200);
  });

  it("RC-03 dies when the password is changed by other means, and when the address is", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const secrets = await asked(user);
    const cookie = await signIn(context, user);
    const change = { "current-password": goodPassword, "new-password": `${next}-changed` };
    expect((await post(context, "/users/change-password", change, cookie)).status).toBe(200);
    await expectDead(await set(user, secrets));

    const mover = await makeUser(context, { emailVerified: true });
    const sent = await asked(mover);
    const email = `moved-${mover.email}`;
    await context.users.update(mover.id, mover.version, { email }, Date.now());
    await expectDead(await set(mover, sent));
    expect((await logIn(context, email)).status).toBe(200);
  });

  it("RC-03 dies when a newer one is sent", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const older = await asked(user);
    const newer = await asked(user);
    await expectDead(await set(user, older));
    expect((await set(user, newer)).status).toBe(200);
  });

  it("lets in again who was held up for wrong passwords", async () => {
    const user = await makeUser(context, { emailVerified: true });
    for (let tries = 0; tries < 10; tries++) await logIn(context, user.email, "not the password");
    await expectError(await logIn(context, user.email), 429, "rate-limited");
    expect((await set(user, await asked(user))).status).toBe(200);
    expect((await logIn(context, user.email, next)).status).toBe(200);
  });

  it("gives a password to an account that had none", async () => {
    const user = await makeUser(context, { emailVerified: true, password: null });
    expect((await set(user, await asked(user))).status).toBe(200);
    expect((await logIn(context, user.email, next)).status).toBe(200);
  });

  it("is refused when the account was disabled meanwhile, and changes nothing", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const secrets = await asked(user);
    await context.users.update(user.id, user.version, { disabledAt: Date.now() }, Date.now());
    await expectDead(await set(user, secrets));
    expect((await context.users.findById(user.id))?.passwordHash).toBe(user.passwordHash);
  });
});
