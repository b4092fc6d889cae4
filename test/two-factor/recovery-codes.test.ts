import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { cookiesOf, makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { later, step, useFrozenClock } from "./frozen-clock.ts";
import { api, codeOf, countSessions, enableTotp, halfway, makeEnrolled } from "./support.ts";

useFrozenClock();

describe("recovery codes (NIST 800-63B §3.1.2)", () => {
  it("MF-08 are ten, of 80 bits each, and the object keeps only their hashes", async () => {
    const context = await makeRealm();
    const { user, recoveryCodes, secret } = await makeEnrolled(context);
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    const stored = await runInDurableObject(env.USERS.getByName(`${context.realm.id}:${user.id}`), (_, state) =>
      JSON.stringify([
        state.storage.sql.exec("SELECT * FROM recovery_codes").toArray(),
        state.storage.sql.exec("SELECT * FROM totp").toArray(),
      ]),
    );
    for (const code of recoveryCodes) {
      expect(stored).not.toContain(code);
      expect(stored).not.toContain(code.replaceAll("-", ""));
    }
    expect(stored).not.toContain(secret);
  });

  it("MF-08 each let in once, and the methods do not pretend a code of the app", async () => {
    const context = await makeRealm();
    const { user, recoveryCodes } = await makeEnrolled(context);
    later(step);
    const body = { "recovery-code": recoveryCodes[3] };
    const first = await halfway(context, user);
    expect((await api(context, "POST", "/tfa/validate", { "tfa-auth": first.tfa }, body)).status).toBe(200);
    const [session] = await context.objects.call(user.id, (object) => object.sessions());
    expect(session?.amr).toEqual(["pwd", "mfa"]);
    const second = await halfway(context, user);
    const again = await api(context, "POST", "/tfa/validate", { "tfa-auth": second.tfa }, body);
    await expectError(again, 401, "otp-mismatch");
    const another = { "recovery-code": recoveryCodes[4] };
    expect((await api(context, "POST", "/tfa/validate", { "tfa-auth": second.tfa }, another)).status).toBe(200);
  });

  it.each([
    ["in capitals", (code: string) => code.toUpperCase()],
    ["without dashes", (code: string) => code.replaceAll("-", "")],
    ["with blanks", (code: string) => ` ${code.replaceAll("-", " ")} `],
    ["with letters that look like the digits", (code: string) => code.replaceAll("0", "O").replaceAll("1", "l")],
  ])("are taken %s", async (_, typed) => {
    const context = await makeRealm();
    const { user, recoveryCodes } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const body = { "recovery-code": typed(recoveryCodes[0] ?? "") };
    expect((await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body)).status).toBe(200);
  });

  it("MF-08 let one of fifty through that bring the same one at once", async () => {
    const context = await makeRealm({ rate_limits: { second_factor_failures_before_delay: 9 } });
    const { user, recoveryCodes } = await makeEnrolled(context);
    later(step);
    const halves = await Promise.all(Array.from({ length: 50 }, () => halfway(context, user)));
    const answers = await Promise.all(
      halves.map(({ tfa }) =>
        api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { "recovery-code": recoveryCodes[0] }),
      ),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 401, 403, 429].includes(status))).toEqual([]);
    expect(await countSessions(context, user.id)).toBe(2);
  });

  it("MF-08 of another user are worth nothing here", async () => {
    const context = await makeRealm();
    const [mine, theirs] = [await makeEnrolled(context), await makeEnrolled(context)];
    later(step);
    const { tfa } = await halfway(context, mine.user);
    const body = { "recovery-code": theirs.recoveryCodes[0] };
    await expectError(await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body), 401, "otp-mismatch");
  });

  it("MF-08 made anew end those from before", async () => {
    const context = await makeRealm();
    const { user, session, recoveryCodes } = await makeEnrolled(context);
    later(step);
    const renewed = await api(context, "POST", "/tfa/recovery-codes", { "qt-auth": session });
    expect(renewed.status).toBe(200);
    expect(renewed.headers.get("cache-control")).toBe("no-store");
    const fresh = (await renewed.json<{ "recovery-codes": string[] }>())["recovery-codes"];
    expect(fresh).toHaveLength(10);
    expect(fresh.filter((code) => recoveryCodes.includes(code))).toEqual([]);
    const { tfa } = await halfway(context, user);
    const old = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { "recovery-code": recoveryCodes[0] });
    await expectError(old, 401, "otp-mismatch");
    const good = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, { "recovery-code": fresh[0] });
    expect(good.status).toBe(200);
  });

  it("are refused to somebody who has no second factor", async () => {
    const context = await makeRealm();
    const session = await signIn(context, await makeUser(context));
    const response = await api(context, "POST", "/tfa/recovery-codes", { "qt-auth": session });
    await expectError(response, 409, "tfa-not-enabled");
  });

  it("MF-06 lead to a new app for somebody who has lost theirs", async () => {
    const context = await makeRealm();
    const { user, recoveryCodes } = await makeEnrolled(context);
    later(step);
    const { tfa } = await halfway(context, user);
    const body = { "recovery-code": recoveryCodes[0] };
    const entered = await api(context, "POST", "/tfa/validate", { "tfa-auth": tfa }, body);
    const replaced = await enableTotp(context, cookiesOf(entered)["qt-auth"] ?? "");
    later(step);
    const next = await halfway(context, user);
    const token = codeOf(replaced.secret);
    expect((await api(context, "POST", "/tfa/validate", { "tfa-auth": next.tfa }, { token })).status).toBe(200);
  });
});
