import { beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { addressKey, callerAddress } from "../../src/http/address.ts";
import type { AppContext } from "../../src/http/env.ts";
import { Browser } from "../support/browser.ts";
import { enoughOfTheMinute } from "../support/minute.ts";
import { goodPassword, jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import { countUsers, expectError } from "../surfaces/session-api.ts";

beforeEach(() => enoughOfTheMinute());

const post = (
  context: RealmContext,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> => request(`${context.realm.issuer}/api/auth/v1${path}`, jsonBody(body, headers));

const wrong = "wrong-harbour-quill-1";

describe("limits per address (contract §7)", () => {
  it("RL-02 slow down one password tried on many accounts", async () => {
    const context = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 10 } });
    const statuses: number[] = [];
    for (let index = 0; index < 14; index++)
      statuses.push((await post(context, "/login", { email: `user${index}@example.test`, password: wrong })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), ...Array<number>(4).fill(429)]);
    const refused = await post(context, "/login", { email: "other@example.test", password: wrong });
    expect(refused.headers.get("retry-after")).toBe("60");
    await expectError(refused, 429, "rate-limited");
  });

  it("RL-02 let exactly as many through as are allowed, whichever keys chance has filled", async () => {
    const context = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 40 } });
    const statuses: number[] = [];
    for (let index = 0; index < 45; index++)
      statuses.push((await post(context, "/login", { email: `user${index}@example.test`, otp: "123456" })).status);
    expect(statuses).toEqual([...Array<number>(40).fill(401), ...Array<number>(5).fill(429)]);
  });

  it("RL-01 hold on the hosted page as at the API", async () => {
    const context = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 10 } });
    const user = await makeUser(context);
    for (let index = 0; index < 10; index++)
      await post(context, "/login", { email: `user${index}@example.test`, password: wrong });
    const browser = new Browser(context.realm.hosts);
    const typed = { identifier: user.email ?? "", password: goodPassword };
    const page = await browser.submit(await browser.open(`${context.realm.issuer}/sign-in`), "sign-in-form", typed);
    expect([page.status, page.headers.get("x-error-code"), page.headers.get("retry-after")]).toEqual([
      429,
      "rate-limited",
      "60",
    ]);
    expect(page.forms[0]?.id).toBe("sign-in-form");
    expect(browser.cookie(context.realm.authDomain, "qt-auth")).toBeUndefined();
  });

  it.each([
    "x-forwarded-for",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "forwarded",
    "x-client-ip",
    "fastly-client-ip",
  ])("PW-12 count by no address that %s makes up", async (name) => {
    const context = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 10 } });
    const statuses: number[] = [];
    for (let index = 0; index < 12; index++) {
      const body = { email: `user${index}@example.test`, password: wrong };
      statuses.push((await post(context, "/login", body, { [name]: `203.0.113.${index}` })).status);
    }
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  it("RL-01 hold for sign-ups, and nothing is made beyond them", async () => {
    const context = await makeRealm({ rate_limits: { sign_up_per_address_per_minute: 10 } });
    const statuses: number[] = [];
    for (let index = 0; index < 12; index++)
      statuses.push(
        (await post(context, "/signup", { email: `new${index}@example.test`, password: goodPassword })).status,
      );
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429, 429]);
    expect(await countUsers(context)).toBe(10);
    const browser = new Browser(context.realm.hosts);
    const typed = { name: "New", email: "new11@example.test", password: goodPassword };
    const page = await browser.submit(await browser.open(`${context.realm.issuer}/sign-up`), "sign-up-form", typed);
    expect([page.status, page.headers.get("x-error-code"), page.forms[0]?.id]).toEqual([
      429,
      "rate-limited",
      "sign-up-form",
    ]);
  });

  it("MR-10 are each realm's own, and each kind's", async () => {
    const rate_limits = { sign_in_per_address_per_minute: 10, sign_up_per_address_per_minute: 10 };
    const [flooded, calm] = [await makeRealm({ rate_limits }), await makeRealm({ rate_limits })];
    for (let index = 0; index < 12; index++)
      await post(flooded, "/login", { email: `user${index}@example.test`, password: wrong });
    expect((await post(flooded, "/login", { email: "a@example.test", password: wrong })).status).toBe(429);
    expect((await post(calm, "/login", { email: "a@example.test", password: wrong })).status).toBe(401);
    expect((await post(flooded, "/signup", { email: "b@example.test", password: goodPassword })).status).toBe(200);
  });

  it("can be lifted, and the limit per account stays", async () => {
    const context = await makeRealm({ rate_limits: { sign_in_per_address_per_minute: 0 } });
    for (let index = 0; index < 40; index++)
      expect((await post(context, "/login", { email: `user${index}@example.test`, password: wrong })).status).toBe(401);
    const statuses: number[] = [];
    for (let tries = 0; tries < 9; tries++)
      statuses.push((await post(context, "/login", { email: "user1@example.test", password: wrong })).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it("by default let forty sign-ins of one address pass", async () => {
    const context = await makeRealm();
    const tries = Array.from({ length: 40 }, (_, index) =>
      post(context, "/login", { email: `user${index}@example.test`, password: wrong }),
    );
    expect((await Promise.all(tries)).map((response) => response.status)).toEqual(Array<number>(40).fill(401));
  });
});

describe("the caller's address", () => {
  const caller = (development: boolean, headers: Record<string, string>): string | null => {
    const sent = new Headers(headers);
    const context = { get: () => ({ development }), req: { header: (name: string) => sent.get(name) ?? undefined } };
    return callerAddress(context as unknown as AppContext);
  };

  it("PW-12 is what the platform says, and nothing that a caller can set", () => {
    const forged = {
      "x-forwarded-for": "198.51.100.1",
      "x-real-ip": "198.51.100.1",
      forwarded: "for=198.51.100.1",
      "true-client-ip": "198.51.100.1",
    };
    expect(caller(false, { ...forged, "cf-connecting-ip": "203.0.113.7" })).toBe("203.0.113.7");
    expect(caller(false, forged)).toBeNull();
    expect(caller(true, { ...forged, "cf-connecting-ip": "203.0.113.7" })).toBeNull();
  });

  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002:ffff::", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1:2:3:4", "fe80:0:0:0::/64"],
  ])("RL-03 %s counts as %s", (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it("RL-03 tells neighbouring networks apart", () => {
    expect(addressKey("2001:db8:1:3::1")).not.toBe(addressKey("2001:db8:1:2::1"));
    expect(addressKey(null)).not.toBe(addressKey("::1"));
  });
});
