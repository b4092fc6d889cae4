import { beforeAll, describe, expect, it } from "vitest";
import { randomHandle } from "../../src/crypto/random.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { codeIn, newestTo } from "../messages/mailbox.ts";
import { parsePage } from "../support/browser.ts";
import { type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { config, cookiesOf, formBody, goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";

const forbidden = {
  id: 7,
  sub: "7",
  user_id: 7,
  "user-id": 7,
  realm: "other",
  realm_id: "other",
  "realm-id": "other",
  role: "sysadmin",
  roles: ["admin", "sysadmin"],
  groups: ["admin"],
  admin: true,
  is_admin: true,
  isAdmin: true,
  guest: false,
  permissions: ["*"],
  scope: "openid roles",
  "email-verified": true,
  email_verified: true,
  emailVerified: true,
  "phone-verified": true,
  phone_verified: true,
  "verification-status": "phone",
  "is-tfa-enabled": true,
  mfa_enabled: true,
  tfa: true,
  "created-at": 1,
  created_at: 1,
  "updated-at": 1,
  password_hash: "$argon2id$x",
  passwordHash: "$argon2id$x",
  credentials: [{ type: "password", value: "x" }],
  external_id: "theirs",
  "external-id": "theirs",
  disabled: true,
  disabled_at: 1,
  disabledAt: 1,
  not_before: 9e15,
  notBefore: 9e15,
  version: 77,
  source: "other",
  linked_accounts: [{ source: "google", source_id: "1" }],
  attributes: { roles: ["sysadmin"], email_verified: true },
  user: { roles: ["sysadmin"], id: 7 },
  constructor: { prototype: { roles: ["sysadmin"] } },
};

/** As text: an object literal could not carry `__proto__`. */
const withBait = (body: object): string =>
  JSON.stringify({ ...forbidden, ...body }).replace(/^\{/, '{"__proto__":{"roles":["sysadmin"],"disabled":true},');

const json = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: withBait(body),
});

let context: RealmContext;
let idp: Idp;
beforeAll(async () => {
  stubInternet();
  [context, idp] = [await makeRealm(), await makeIdp()];
  await useIdp(context, idp, { app_client_ids: ["our-app"] });
});

const at = (path: string): string => `${context.realm.issuer}${path}`;
const address = (): string => `bait-${randomHandle(6).toLowerCase()}@example.test`;

async function codeTo(email: string): Promise<string> {
  await request(at("/api/auth/v1/users/send-otp"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email }),
  });
  return codeIn(await newestTo(context, email));
}

async function hostedSignUp(email: string): Promise<Response> {
  const page = await request(at("/sign-up"));
  const { forms } = await parsePage(await page.clone().text());
  const fields = forms.find(({ id }) => id === "sign-up-form")?.fields.map(({ name, value }) => [name, value]) ?? [];
  const bait = Object.entries(forbidden).map(([name, value]) => [name, String(value)]);
  const init = formBody({ ...Object.fromEntries([...bait, ...fields]), name: "Bait", email, password: goodPassword });
  const cookie = Object.entries(cookiesOf(page)).map(([name, value]) => `${name}=${value}`);
  return request(at("/sign-up"), {
    ...init,
    headers: { ...init.headers, cookie: cookie.join("; "), origin: context.realm.issuer },
  });
}

const ssoQuery = (): string => `?${new URLSearchParams({ "callback-url": at(""), "redirect-url": at("/") })}`;

const pathways: [string, (email: string) => Promise<Response>, proven: boolean][] = [
  ["POST /signup", (email) => request(at("/api/auth/v1/signup"), json({ email, password: goodPassword })), false],
  [
    "POST /signup with a code",
    async (email) => request(at("/api/auth/v1/signup"), json({ email, otp: await codeTo(email) })),
    true,
  ],
  [
    "POST /login with a code and auto-signup",
    async (email) => request(at("/api/auth/v1/login"), json({ email, otp: await codeTo(email), "auto-signup": true })),
    true,
  ],
  [
    "POST /sso-signup",
    (email) => request(at(`/sso-signup${ssoQuery()}`), json({ email, password: goodPassword })),
    false,
  ],
  ["the hosted sign-up form", hostedSignUp, false],
  [
    "POST /login/:provider, by body and by the provider's claims",
    async (email) => {
      const { id: _, user: __, ...claims } = forbidden;
      const person = { ...claims, sub: email, email, email_verified: true, aud: "our-app" };
      return request(at("/api/auth/v1/login/idp"), json({ token: { "id-token": await idp.idToken(person) } }));
    },
    true,
  ],
  [
    "POST /users/profile",
    async (email) => {
      const session = await signIn(context, await makeUser(context, { email }));
      return request(at("/api/auth/v1/users/profile"), json({ name: "Bait" }, { cookie: `qt-auth=${session}` }));
    },
    false,
  ],
  [
    "POST /users/update-with-otp",
    async (email) => {
      const session = await signIn(context, await makeUser(context, { email }));
      const user = { ...forbidden, email };
      const body = { otp: await codeTo(email), user };
      return request(at("/api/auth/v1/users/update-with-otp"), json(body, { cookie: `qt-auth=${session}` }));
    },
    true,
  ],
];

describe("RC-11 what nobody may say of themselves (OWASP Mass Assignment)", () => {
  it.each(pathways)("RC-11 is nothing to %s", async (name, use, proven) => {
    const began = Date.now();
    const email = address();
    const response = await use(email);
    expect(response.status, await response.clone().text()).toBeLessThan(400);
    const found = await context.users.findByEmail(email);
    if (found === null) throw new Error("no account");
    const shown = await request(at(`/admin/v1/realms/${context.realm.id}/users/${found.id}`), {
      headers: { authorization: `Bearer ${config.adminToken}` },
    });
    const user = await shown.json<{ id: number; created_at: string; version: number }>();
    expect(user).toMatchObject({
      email,
      email_verified: proven,
      phone_number: null,
      phone_verified: false,
      username: null,
      external_id: null,
      roles: ["user"],
      metadata: {},
      disabled: false,
    });
    expect([user.id === 7, user.version < 5, Date.parse(user.created_at) >= began]).toEqual([false, true, true]);
    expect(found.notBefore).toBeLessThanOrEqual(Date.now());
    expect(found.passwordHash ?? "$argon2id$v=").toMatch(/^\$argon2id\$v=/);
    const links = await context.linkedAccounts.listOf(found.id);
    expect(links.map(({ source }) => source)).toEqual(name.includes("provider") ? ["idp"] : []);
    const factors = await context.objects.call(found.id, (object) => object.factors(null));
    expect([factors.sealedTotpSecret, factors.passkeys]).toEqual([null, []]);
    expect("roles" in {}).toBe(false);
  });
});
