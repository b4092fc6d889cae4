import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import { goodPassword, jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import { expectError, get, logIn, post, sessionCount } from "./session-api.ts";

const wrong = "wrong-harbour-quill-1";
/** Longer than any that is hashed, so that many tries cost the tests nothing; for the counting it is a guess like any other. */
const tooLong = "x".repeat(1025);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

async function situation(settings: Record<string, unknown> = {}) {
  const context = await makeRealm(settings);
  return { context, user: await makeUser(context, { username: "oracle" }) };
}

/** Tries until it is throttled, and answers how many tries went through, and the seconds to wait. */
async function exhaust(
  context: RealmContext,
  email: string | null,
  guess = tooLong,
): Promise<{ tries: number; wait: number }> {
  for (let tries = 0; tries < 20; tries++) {
    const response = await logIn(context, email, guess);
    if (response.status === 429) return { tries, wait: await expectThrottled(response) };
    expect(response.status).toBe(401);
  }
  throw new Error("never throttled");
}

async function expectThrottled(response: Response): Promise<number> {
  const wait = response.headers.get("retry-after") ?? "";
  expect(wait).toMatch(/^[1-9][0-9]{0,4}$/);
  await expectError(response, 429, "rate-limited");
  return Number(wait);
}

describe("wrong passwords (NIST SP 800-63B §3.2.2, OWASP ASVS 6.3.1)", () => {
  it("PW-10 RL-01 are throttled within ten tries, with Retry-After (contract §7)", async () => {
    const { context, user } = await situation();
    const { tries, wait } = await exhaust(context, user.email, wrong);
    expect(tries).toBeLessThan(10);
    expect(wait).toBe(30);
  });

  it("PW-10 keep the right password out until the wait is over, and not a second longer", async () => {
    const { context, user } = await situation();
    const { wait } = await exhaust(context, user.email);
    await expectThrottled(await logIn(context, user.email));
    expect(await sessionCount(context, user.id)).toBe(0);
    pass(wait - 1);
    expect(await expectThrottled(await logIn(context, user.email))).toBe(1);
    pass(1);
    expect((await logIn(context, user.email)).status).toBe(200);
  });

  it("PW-10 double the wait each time, up to a quarter of an hour", async () => {
    const { context, user } = await situation();
    const waits: number[] = [];
    for (let round = 0; round < 9; round++) {
      const { tries, wait } = await exhaust(context, user.email);
      expect(tries).toBe(round === 0 ? 8 : 1);
      waits.push(wait);
      pass(wait);
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900, 900, 900]);
  });

  it("PW-10 allow fewer than a hundred guesses a day", async () => {
    const { context, user } = await situation();
    const end = Date.now() + 86_400_000;
    let guesses = 0;
    while (Date.now() < end) {
      const { tries, wait } = await exhaust(context, user.email);
      guesses += tries;
      pass(wait);
    }
    expect(guesses).toBeLessThanOrEqual(110);
  }, 60_000);

  it("PW-10 are forgotten after a success", async () => {
    const { context, user } = await situation();
    for (let round = 0; round < 4; round++) {
      for (let time = 0; time < 7; time++) expect((await logIn(context, user.email, wrong)).status).toBe(401);
      expect((await logIn(context, user.email)).status).toBe(200);
    }
  });

  it("PW-11 hold up nobody else", async () => {
    const { context, user } = await situation();
    const other = await makeUser(context);
    await exhaust(context, user.email);
    expect((await logIn(context, other.email)).status).toBe(200);
    const elsewhere = await makeRealm();
    await makeUser(elsewhere, { email: user.email });
    expect((await logIn(elsewhere, user.email)).status).toBe(200);
  });

  it("PW-11 do not end the sessions that the account has", async () => {
    const { context, user } = await situation();
    const signedIn = await logIn(context, user.email, goodPassword, { "x-qt-auth": "dummy" });
    await exhaust(context, user.email);
    expect((await get(context, "/users/me", signedIn.headers.get("x-qt-auth") ?? "")).status).toBe(200);
  });

  it("PW-13 count each: of a hundred at once eight are looked at, and the next one is refused", async () => {
    const { context, user } = await situation();
    const responses = await Promise.all(Array.from({ length: 100 }, () => logIn(context, user.email, wrong)));
    const statuses = responses.map((response) => response.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(8);
    expect(statuses.filter((status) => status === 429)).toHaveLength(92);
    await expectThrottled(await logIn(context, user.email));
  });

  it("PW-13 do not slip through among right ones", async () => {
    const { context, user } = await situation();
    const guesses = Array.from({ length: 40 }, () => logIn(context, user.email, wrong));
    const statuses = (await Promise.all(guesses)).map((response) => response.status);
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(8);
  });

  it("PW-14 count on every path and under every name of the account", async () => {
    const { context, user } = await situation();
    const browser = new Browser(context.realm.hosts);
    let page = await browser.open(`${context.realm.issuer}/sign-in`);
    for (let time = 0; time < 3; time++) {
      page = await browser.submit(page, "sign-in-form", { identifier: user.email ?? "", password: wrong });
      expect(page.status).toBe(401);
      expect((await logIn(context, user.email?.toUpperCase() ?? "", wrong)).status).toBe(401);
    }
    for (const username of ["oracle", " ORACLE "])
      expect((await post(context, "/login", { username, password: wrong })).status).toBe(401);
    await expectThrottled(await post(context, "/login", { username: "oracle", password: goodPassword }));
    page = await browser.submit(page, "sign-in-form", { identifier: user.email ?? "", password: goodPassword });
    expect([page.status, page.headers.get("x-error-code"), page.headers.get("retry-after")]).toEqual([
      429,
      "rate-limited",
      "30",
    ]);
    expect(page.html).toContain("30");
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
  });

  it.each([
    "x-forwarded-for",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "forwarded",
    "x-client-ip",
    "x-cluster-client-ip",
  ])("PW-12 count the same whatever %s says", async (name) => {
    const { context, user } = await situation();
    const statuses: number[] = [];
    for (let time = 0; time < 10; time++)
      statuses.push((await logIn(context, user.email, tooLong, { [name]: `203.0.113.${time}` })).status);
    expect(statuses).toEqual([...Array<number>(8).fill(401), 429, 429]);
  });

  it("PW-10 follow the realm's settings", async () => {
    const { context, user } = await situation({
      rate_limits: {
        password_failures_before_delay: 3,
        password_first_delay_seconds: 100,
        password_longest_delay_seconds: 150,
      },
    });
    expect(await exhaust(context, user.email)).toEqual({ tries: 3, wait: 100 });
    pass(100);
    expect(await exhaust(context, user.email)).toEqual({ tries: 1, wait: 150 });
  });
});

describe("many right passwords at once", () => {
  it("PW-11 let fifty parallel sign-ins of one account through: they are no attack", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        request(`${context.realm.issuer}/api/auth/v1/login`, jsonBody({ email: user.email, password: goodPassword })),
      ),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  });
});
