import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import { goodPassword, makeRealm, makeUser, request } from "../support/world.ts";
import { logIn } from "./session-api.ts";

const wrong = "wrong-harbour-quill-1";

let context: RealmContext;
let somebody: Record<string, { name: string; password: string }>;

beforeAll(async () => {
  context = await makeRealm();
  const known = await makeUser(context);
  const disabled = await makeUser(context, { disabled: true });
  const withoutPassword = await makeUser(context, { password: null });
  const phoneOnly = await makeUser(context, { email: null, password: null, phoneNumber: "+4915112345678" });
  somebody = {
    "a wrong password": { name: known.email ?? "", password: wrong },
    "an unknown address": { name: "nobody@example.test", password: wrong },
    "an unknown address with a good password": { name: "nobody.else@example.test", password: goodPassword },
    "an unknown username": { name: "nobody", password: wrong },
    "no address at all": { name: "@@", password: wrong },
    "a name with a NUL": { name: "a\0b", password: wrong },
    "a disabled account, wrong password": { name: disabled.email ?? "", password: wrong },
    "a disabled account, right password": { name: disabled.email ?? "", password: goodPassword },
    "an account without a password": { name: withoutPassword.email ?? "", password: goodPassword },
    "an account that has a phone number only": { name: phoneOnly.phoneNumber ?? "", password: goodPassword },
    "a password too long for anybody": { name: known.email ?? "", password: "p".repeat(2000) },
  };
});

/** All that a caller sees, but for what is random in every answer. */
async function seen(response: Response): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id" && name !== "date").sort();
  const body = (await response.text())
    .replaceAll(/nonce(-|=")[\w-]+/g, "nonce")
    .replaceAll(/name="csrf" value="[^"]*"/g, "csrf")
    .replaceAll(/ value="[^"]*"/g, " value");
  return [response.status, headers.map(([name, value]) => [name, value.replaceAll(/nonce-[\w-]+/g, "nonce")]), body];
}

describe("the answer to a sign-in that fails (OWASP ASVS 6.3.8)", () => {
  it("PW-08 is the same for everybody, at the session API", async () => {
    const answers: [string, unknown][] = [];
    for (const [who, { name, password }] of Object.entries(somebody))
      answers.push([who, await seen(await logIn(context, name, password))]);
    const [, expected] = answers[0] ?? [];
    expect(expected).toMatchObject([401, expect.any(Array), expect.stringContaining("bad_credential")]);
    for (const [who, answer] of answers) expect([who, answer]).toEqual([who, expected]);
  });

  it("PW-08 is the same for everybody, at the hosted page", async () => {
    const browser = new Browser(context.realm.hosts);
    const page = await browser.open(`${context.realm.issuer}/sign-in`);
    const csrf = page.forms[0]?.fields.find((field) => field.name === "csrf")?.value ?? "";
    const cookie = `__Host-gatehouse-browser=${browser.cookie(context.realm.authDomain, "__Host-gatehouse-browser")}`;
    const answers: [string, unknown][] = [];
    for (const [who, { name, password }] of Object.entries(somebody)) {
      const body = new URLSearchParams({ csrf, identifier: name, password }).toString();
      const headers = { cookie, "content-type": "application/x-www-form-urlencoded", accept: "text/html" };
      answers.push([
        who,
        await seen(await request(`${context.realm.issuer}/sign-in`, { method: "POST", headers, body })),
      ]);
    }
    const [, expected] = answers[0] ?? [];
    expect(expected).toMatchObject([401, expect.any(Array), expect.stringContaining("<!doctype html>")]);
    for (const [who, answer] of answers) expect([who, answer]).toEqual([who, expected]);
  });

  it("PW-11 stays the same through throttling: each is held up after as many tries, for as long", async () => {
    const names = Object.entries(somebody).filter(
      ([who]) => !who.includes("right password") && !who.includes("too long"),
    );
    const histories: [string, unknown[]][] = [];
    for (const [who, { name }] of names) {
      const fresh = await makeRealm();
      if (who.includes("wrong password")) await makeUser(fresh, { email: name, disabled: who.includes("disabled") });
      if (who.includes("without a password")) await makeUser(fresh, { email: name, password: null });
      const history: unknown[] = [];
      for (let tries = 0; tries < 10; tries++) {
        const response = await logIn(fresh, name, wrong);
        history.push([response.status, response.headers.get("retry-after"), await seen(response)]);
      }
      histories.push([who, history.map((entry) => JSON.stringify(entry))]);
    }
    const [, expected = []] = histories[0] ?? [];
    expect(expected.map((entry) => String(entry).slice(0, 5))).toEqual([
      ...Array<string>(8).fill("[401,"),
      "[429,",
      "[429,",
    ]);
    for (const [who, history] of histories) expect([who, history]).toEqual([who, expected]);
  });

  it("PW-11 for unknown names is counted by name: one does not use up another's tries", async () => {
    const fresh = await makeRealm();
    for (let index = 0; index < 60; index++)
      expect((await logIn(fresh, `nobody-${index}@example.test`, wrong)).status).toBe(401);
    for (let tries = 0; tries < 7; tries++) await logIn(fresh, "nobody-7@example.test", wrong);
    expect((await logIn(fresh, "Nobody-7@Example.test ", wrong)).status).toBe(429);
  });

  it("PW-11 an unknown name that is signed up afterwards starts afresh", async () => {
    const fresh = await makeRealm();
    const email = "later@example.test";
    for (let tries = 0; tries < 9; tries++) await logIn(fresh, email, wrong);
    await makeUser(fresh, { email });
    expect((await logIn(fresh, email)).status).toBe(200);
  });

  it("tells that an account is unknown only in a realm that wants so", async () => {
    const open = await makeRealm({ reveal_unknown_user: true });
    const known = await makeUser(open);
    const codes = await Promise.all(
      [known.email, "nobody@example.test"].map(async (email) =>
        (await logIn(open, email, wrong)).headers.get("x-error-code"),
      ),
    );
    expect(codes).toEqual(["bad_credential", "user-unknown"]);
    const browser = new Browser(open.realm.hosts);
    const typed = { identifier: "nobody@example.test", password: wrong };
    const page = await browser.submit(await browser.open(`${open.realm.issuer}/sign-in`), "sign-in-form", typed);
    expect([page.status, page.headers.get("x-error-code"), page.forms[0]?.id]).toEqual([
      401,
      "user-unknown",
      "sign-in-form",
    ]);
  });
});
