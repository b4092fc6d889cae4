import { beforeAll, beforeEach, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { enoughOfTheMinute } from "../support/minute.ts";
import { type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { goodPassword, jsonBody, makeRealm, request } from "../support/world.ts";
import { expectError } from "./session-api.ts";

beforeEach(() => enoughOfTheMinute());

let idp: Idp;
beforeAll(async () => {
  stubInternet();
  idp = await makeIdp();
});

const rate_limits = {
  sign_in_per_address_per_minute: 10,
  sign_up_per_address_per_minute: 10,
  messages_per_address_per_minute: 10,
};

type Call = (context: RealmContext, n: number) => Promise<Response>;

const at = (context: RealmContext, path: string): string => `${context.realm.issuer}/api/auth/v1${path}`;
const posts =
  (path: string, body: (n: number) => object): Call =>
  (context, n) =>
    request(at(context, path), jsonBody(body(n)));
const gets =
  (path: string): Call =>
  (context) =>
    request(at(context, path));

const email = (n: number): string => `somebody${n}@example.test`;
const crossDomain = (context: RealmContext): string =>
  `?${new URLSearchParams({ "callback-url": context.realm.issuer, "redirect-url": "/" })}`;
const said = { clientDataJSON: "e30", authenticatorData: "AA", signature: "AA" };
const credential = { id: "AAAA", rawId: "AAAA", type: "public-key", response: said };
const secrets = { "new-password": goodPassword, "confirm-password": goodPassword };

const doors: [string, Call][] = [
  ["POST /login with a password", posts("/login", (n) => ({ email: email(n), password: "wrong-harbour-1" }))],
  ["POST /login with a code", posts("/login", (n) => ({ email: email(n), otp: "123456" }))],
  ["POST /signup", posts("/signup", (n) => ({ email: email(n), password: "short" }))],
  [
    "POST /sso-login",
    (context, n) =>
      posts(`/sso-login${crossDomain(context)}`, () => ({ email: email(n), password: "wrong" }))(context, n),
  ],
  [
    "POST /sso-signup",
    (context, n) => posts(`/sso-signup${crossDomain(context)}`, () => ({ email: email(n), password: "x" }))(context, n),
  ],
  ["GET /login?auth-provider=", gets("/login?auth-provider=idp&redirect-url=/")],
  ["GET /:provider/callback", gets("/idp/callback?state=x&code=y")],
  ["POST /login/:provider", posts("/login/idp", () => ({ token: { "id-token": "a.b.c" } }))],
  ["POST /tfa/validate", posts("/tfa/validate", () => ({ token: "123456" }))],
  ["POST /passkeys/authentication/options", posts("/passkeys/authentication/options", () => ({}))],
  ["POST /passkeys/authentication/verify", posts("/passkeys/authentication/verify", () => ({ credential }))],
  [
    "POST /users/reset-password",
    posts("/users/reset-password", (n) => ({ email: email(n), otp: "123456", ...secrets })),
  ],
  [
    "POST /users/reset-password-with-token",
    posts("/users/reset-password-with-token", (n) => ({ token: `t1.${n}`, ...secrets })),
  ],
  ["POST /users/profile with a name (PW-09)", posts("/users/profile", (n) => ({ email: email(n) }))],
  ["POST /users/update-with-otp", posts("/users/update-with-otp", () => ({ otp: "123456" }))],
  ["GET /users/verify-email", gets("/users/verify-email?token=t1.AAAA")],
  ["POST /users/send-otp", posts("/users/send-otp", (n) => ({ email: email(n) }))],
  ["POST /users/forgot-password", posts("/users/forgot-password", (n) => ({ email: email(n) }))],
  [
    "POST /users/send-verification-link",
    posts("/users/send-verification-link", (n) => ({ email: email(n), "redirect-url": "/" })),
  ],
];

it.each(doors)("RL-01 %s is limited per address, whoever it names (ASVS 2.4.1)", async (_, call) => {
  const context = await makeRealm({ rate_limits });
  await useIdp(context, idp);
  const statuses: number[] = [];
  for (let n = 0; n < 9; n++) statuses.push((await call(context, n)).status);
  expect(statuses).not.toContain(429);
  for (let n = 9; n < 12; n++) await call(context, n);
  const refused = await call(context, 12);
  expect(refused.headers.get("retry-after")).toBe("60");
  await expectError(refused, 429, "rate-limited");
});
