import { beforeEach, describe, expect, it } from "vitest";
import { makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { api, codeOf, countSessions, halfway, makeEnrolled, wrongCodes } from "./support.ts";

useFrozenClock();

type Context = Awaited<ReturnType<typeof makeRealm>>;

const guess = (context: Context, tfa: string, body: Record<string, string>, address = "203.0.113.7") =>
  api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body, { "cf-connecting-ip": address });

describe("guesses at a second factor (NIST 800-63B §3.2.2)", () => {
  it("MF-04 has 200 guesses stopped after five, from new sign-ins and changing addresses, and the right code with them", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const statuses: number[] = [];
    for (const [n, token] of wrongCodes(secret, 200).entries()) {
      const { tfa } = n % 10 === 0 || n < 10 ? await halfway(context, user) : await reuse(context, user);
      statuses.push((await guess(context, tfa, { token }, `198.51.100.${n}`)).status);
    }
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(new Set(statuses.slice(5))).toEqual(new Set([429]));
    const { tfa } = await halfway(context, user);
    const right = await guess(context, tfa, { token: codeOf(secret) });
    await expectError(right, 429, "rate-limited");
    expect(Number(right.headers.get("retry-after"))).toBeGreaterThan(0);
  }, 60_000);

  let kept: { tfa: string } | null = null;
  beforeEach(() => {
    kept = null;
  });
  async function reuse(context: Context, user: { email: string | null }) {
    kept ??= await halfway(context, user);
    return kept;
  }

  it("MF-04 counts a hundred parallel guesses as a hundred", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const answers = await Promise.all(wrongCodes(secret, 100).map((token) => guess(context, tfa, { token })));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(95);
  });

  it("MF-04 shares one count between codes and recovery codes", async () => {
    const context = await makeRealm();
    const { user, secret, recoveryCodes } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const wrong = wrongCodes(secret, 3);
    for (const token of wrong) expect((await guess(context, tfa, { token })).status).toBe(401);
    for (const n of [1, 2])
      expect((await guess(context, tfa, { "recovery-code": `0000-0000-0000-000${n}` })).status).toBe(401);
    const blocked = await guess(context, tfa, { "recovery-code": recoveryCodes[0] ?? "" });
    await expectError(blocked, 429, "rate-limited");
    expect(await countSessions(context, user.id)).toBe(1);
  });

  it("MF-04 makes the waits longer with each further wrong code, and starts again after a right one", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const waits: number[] = [];
    for (const [n, token] of wrongCodes(secret, 8).entries()) {
      const { tfa } = await halfway(context, user);
      expect((await guess(context, tfa, { token })).status, `guess ${n}`).toBe(401);
      const blocked = await guess(context, tfa, { token });
      if (blocked.status !== 429) continue;
      const seconds = Number(blocked.headers.get("retry-after"));
      waits.push(seconds);
      later(seconds * 1000);
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960]);
    const { tfa } = await halfway(context, user);
    expect((await guess(context, tfa, { token: codeOf(secret) })).status).toBe(200);
    const again = await halfway(context, user);
    for (const token of wrongCodes(secret, 5)) expect((await guess(context, again.tfa, { token })).status).toBe(401);
  });

  it("RL-01 waits as the realm's settings say", async () => {
    const context = await makeRealm({
      rate_limits: {
        second_factor_failures_before_delay: 3,
        second_factor_first_delay_seconds: 25,
        second_factor_longest_delay_seconds: 60,
      },
    });
    const { user, secret } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const waits: number[] = [];
    for (const token of wrongCodes(secret, 6)) {
      expect((await guess(context, tfa, { token })).status).toBe(401);
      const blocked = await guess(context, tfa, { token });
      const seconds = Number(blocked.headers.get("retry-after"));
      waits.push(seconds);
      later(seconds * 1000);
    }
    expect(waits).toEqual([0, 25, 50, 60, 60, 60]);
  });

  it("MF-04 does not forget wrong codes when the password is given again", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    for (const token of wrongCodes(secret, 5)) {
      const { tfa } = await halfway(context, user);
      expect((await guess(context, tfa, { token })).status).toBe(401);
    }
    const { tfa } = await halfway(context, user);
    await expectError(await guess(context, tfa, { token: codeOf(secret) }), 429, "rate-limited");
  });

  it("MF-04 counts guesses at the first code of a set-up too", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const session = await signIn(context, user);
    const shown = await api(context, "GET", "/tfa/qr-code", { "qt-auth": session });
    const { secret } = await shown.json<{ secret: string }>();
    const statuses: number[] = [];
    for (const token of wrongCodes(secret, 8))
      statuses.push((await api(context, "POST", "/tfa/enable", { "qt-auth": session }, { token })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  });

  it("PW-14 does not count the password as wrong while only the second factor is owed", async () => {
    const context = await makeRealm();
    const { user, secret } = await makeEnrolled(context);
    later(step);
    for (let n = 0; n < 20; n++) expect((await halfway(context, user)).response.status).toBe(200);
    const { tfa } = await halfway(context, user);
    expect((await guess(context, tfa, { token: codeOf(secret) })).status).toBe(200);
  });
});
