import { afterEach, describe, expect, it, vi } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { goodPassword, makeRealm, makeUser } from "../support/world.ts";
import { expectError, post, sessionCount } from "../surfaces/session-api.ts";
import { codeIn, countTo, newestTo, wrongCode } from "./mailbox.ts";

afterEach(() => {
  vi.useRealTimers();
});

const generous = { rate_limits: { messages_per_recipient_per_hour: 1000 } };
const fresh = () => `fresh-${randomHandle(6).toLowerCase()}@example.test`;

async function situation(isKnown: boolean) {
  const context = await makeRealm(generous);
  const user = isKnown ? await makeUser(context, { emailVerified: true }) : null;
  travel(0);
  const email = user?.email ?? fresh();
  const ask = async () => {
    await post(context, "/users/send-otp", { email });
    return codeIn(await newestTo(context, email));
  };
  const guess = (otp: string, headers: Record<string, string> = {}) =>
    post(context, "/login", { email, otp, "auto-signup": true }, undefined, headers);
  return { context, user, email, ask, guess };
}

const statuses = (all: readonly Response[]) => all.map(({ status }) => status);

describe.each([
  ["an account", true],
  ["an address without an account", false],
])("guessing the code of %s", (_, isKnown) => {
  it("MF-09 ends after five wrong ones: the right one is worth nothing then", async () => {
    const { ask, guess, context, user } = await situation(isKnown);
    const code = await ask();
    for (let tries = 0; tries < 5; tries++) await expectError(await guess(wrongCode(code)), 401, "otp-mismatch");
    const refused = await guess(code);
    expect(refused.headers.get("retry-after")).toBe("600");
    await expectError(refused, 429, "rate-limited");
    if (user !== null) expect(await sessionCount(context, user.id)).toBe(0);
    travel(600);
    await expectError(await guess(code), 401, "otp-mismatch");
  });

  it("MF-09 lets the right one in after four wrong ones, and counts from one again", async () => {
    const { ask, guess } = await situation(isKnown);
    for (let rounds = 0; rounds < 3; rounds++) {
      const code = await ask();
      for (let tries = 0; tries < 4; tries++) await expectError(await guess(wrongCode(code)), 401, "otp-mismatch");
      expect((await guess(code)).status).toBe(200);
    }
  });

  it("MF-04 is not begun anew by a new code (NIST 800-63B §3.1.3.2)", async () => {
    const { ask, guess } = await situation(isKnown);
    for (let tries = 0; tries < 4; tries++) await expectError(await guess(wrongCode(await ask())), 401, "otp-mismatch");
    await expectError(await guess(wrongCode(await ask())), 401, "otp-mismatch");
    expect((await guess("000000")).status).toBe(429);
    travel(601);
    await expectError(await guess(wrongCode(await ask())), 401, "otp-mismatch");
    const second = await guess("000000");
    expect([second.status, second.headers.get("retry-after")]).toEqual([429, "1200"]);
  });

  it("sends no code while no code would be taken", async () => {
    const { context, ask, guess, email } = await situation(isKnown);
    const code = await ask();
    for (let tries = 0; tries < 5; tries++) await guess(wrongCode(code));
    expect((await post(context, "/users/send-otp", { email })).status).toBe(200);
    expect(await countTo(context, email)).toBe(1);
    travel(601);
    expect((await guess(await ask())).status).toBe(200);
  });

  it("MF-04 stops two hundred guesses from ever-changing addresses, at once and one after the other", async () => {
    const { ask, guess, context, user } = await situation(isKnown);
    const code = await ask();
    const from = (caller: number) => ({
      "cf-connecting-ip": `203.0.113.${caller}`,
      "x-forwarded-for": `198.51.100.${caller}`,
      "user-agent": `guesser ${caller}`,
    });
    const guesses = Array.from({ length: 100 }, (_entry, caller) =>
      guess(String(caller).padStart(6, "9"), from(caller)),
    );
    const told = statuses(await Promise.all(guesses));
    expect(told.filter((status) => status === 401).length).toBe(5);
    expect(told.filter((status) => status === 429).length).toBe(95);
    for (let caller = 100; caller < 200; caller++)
      expect((await guess(caller === 199 ? code : wrongCode(code), from(caller))).status).toBe(429);
    if (user !== null) expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("uses up nobody's tries while no code is waiting", async () => {
    const { ask, guess } = await situation(isKnown);
    for (let tries = 0; tries < 20; tries++) await expectError(await guess("123456"), 401, "otp-mismatch");
    expect((await guess(await ask())).status).toBe(200);
  });
});

describe("the count of wrong codes", () => {
  const elsewhere: [
    string,
    (context: RealmContext, email: string, otp: string, cookie: string) => Promise<Response>,
  ][] = [
    ["/login", (context, email, otp) => post(context, "/login", { email, otp })],
    ["/signup", (context, email, otp) => post(context, "/signup", { email, otp })],
    [
      "/users/reset-password",
      (context, email, otp) =>
        post(context, "/users/reset-password", { email, otp, "new-password": `${goodPassword}-2` }),
    ],
    [
      "/users/update-with-otp",
      (context, _, otp, cookie) => post(context, "/users/update-with-otp", { otp }, undefined, { cookie }),
    ],
  ];

  it("PW-14 is one count, wherever they are tried", async () => {
    const context = await makeRealm(generous);
    const user = await makeUser(context, { emailVerified: true });
    const sent = await post(context, "/users/send-otp", { email: user.email });
    const cookie = sent.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const code = codeIn(await newestTo(context, user.email));
    const told: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      const [, attempt] = elsewhere[tries % elsewhere.length] ?? [];
      told.push((await attempt?.(context, user.email ?? "", wrongCode(code), cookie))?.status ?? 0);
    }
    expect(told).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    for (const [path, attempt] of elsewhere)
      expect([path, (await attempt(context, user.email ?? "", code, cookie)).status]).toEqual([path, 429]);
  });

  it("PW-11 does not hold up the password of the account, nor the wait grow past an hour", async () => {
    const { ask, guess, context, email } = await situation(true);
    let longest = 0;
    for (let rounds = 0; rounds < 8; rounds++) {
      const code = await ask();
      for (let tries = 0; tries < 6; tries++) {
        const refused = await guess(wrongCode(code));
        longest = Math.max(longest, Number(refused.headers.get("retry-after") ?? 0));
      }
      travel(3601);
    }
    expect(longest).toBe(3600);
    const code = await ask();
    for (let tries = 0; tries < 6; tries++) await guess(wrongCode(code));
    expect((await post(context, "/login", { email, password: goodPassword })).status).toBe(200);
  });
});
