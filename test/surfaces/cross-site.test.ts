import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { goodPassword, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { countUsers, expectError, get, post, sessionCount } from "./session-api.ts";

type Headers = Record<string, string>;

let context: RealmContext;
let user: UserRow;
let cookie: string;
let other: string;

beforeAll(async () => {
  context = await makeRealm();
  user = await makeUser(context);
  cookie = await signIn(context, user);
  other = await signIn(context, user);
});

/** The posts that change something, each with a body that would do so. */
const posts: [string, () => unknown][] = [
  ["/signup", () => ({ email: `cross-${crypto.randomUUID()}@example.test`, password: goodPassword })],
  ["/login", () => ({ email: user.email, password: goodPassword })],
  ["/users/profile", () => ({ name: "Changed from elsewhere" })],
  ["/kick", () => ({})],
];

/** Everything that a post above could change. */
const state = async (): Promise<unknown> => [
  await context.users.findById(user.id),
  await sessionCount(context, user.id),
  await countUsers(context),
  (await get(context, "/users/me", other)).status,
];

async function expectRefused(path: string, body: unknown, headers: Headers): Promise<void> {
  const before = await state();
  await expectError(await post(context, path, body, cookie, headers), 403, "cross-site-request");
  expect(await state()).toEqual(before);
}

describe.each(posts)("POST /api/auth/v1%s from elsewhere (contract §7, OWASP ASVS 3.5)", (path, body) => {
  it.each([
    ["a foreign Origin", () => ({ origin: "https://evil.test" })],
    ["Origin null", () => ({ origin: "null" })],
    ["an Origin that ends like ours", () => ({ origin: `https://evil-${context.realm.authDomain}` })],
    ["an Origin that begins like ours", () => ({ origin: `${context.realm.issuer}.evil.test` })],
    ["our name over http", () => ({ origin: `http://${context.realm.authDomain}` })],
    ["our name on another port", () => ({ origin: `${context.realm.issuer}:444` })],
    ["our name in capitals", () => ({ origin: context.realm.issuer.toUpperCase() })],
    ["a path behind our Origin", () => ({ origin: `${context.realm.issuer}/` })],
    ["two Origins", () => ({ origin: `${context.realm.issuer}, https://evil.test` })],
    ["Sec-Fetch-Site cross-site", () => ({ "sec-fetch-site": "cross-site" })],
    [
      "Sec-Fetch-Site cross-site with our Origin",
      () => ({ "sec-fetch-site": "cross-site", origin: context.realm.issuer }),
    ],
    [
      "a foreign Origin that says same-origin",
      () => ({ "sec-fetch-site": "same-origin", origin: "https://evil.test" }),
    ],
    ["the token in the header and a foreign Origin", () => ({ "x-qt-auth": cookie, origin: "https://evil.test" })],
  ] as [string, () => Headers][])("SE-08 is refused with %s, and changes nothing", async (_, headers) => {
    await expectRefused(path, body(), headers());
  });

  it("SE-10 is refused whatever method a header or the query names instead", async () => {
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override"])
      await expectRefused(`${path}?_method=GET`, body(), { origin: "https://evil.test", [name]: "GET" });
  });

  it.each([
    "text/plain",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=application/json",
    "application/jsonx",
    "application/javascript",
    "",
  ])("SE-10 does not read a body of type %j, which a form elsewhere could send", async (type) => {
    const before = await state();
    const text = JSON.stringify({ ...(body() as object), "session-id": "AAAAAAAAAAAAAAAAAAAAAA" });
    const headers = { cookie: `qt-auth=${cookie}`, "content-type": type };
    const response = await request(`${context.realm.issuer}/api/auth/v1${path}`, {
      method: "POST",
      headers,
      body: text,
    });
    await expectError(response, 415, "unsupported-media-type");
    expect(await state()).toEqual(before);
  });

  it("SE-10 has no second spelling that is checked less", async () => {
    const before = await state();
    const headers = { cookie: `qt-auth=${cookie}`, "content-type": "application/json", origin: "https://evil.test" };
    const last = path.slice(1);
    const encoded = `%${last.charCodeAt(0).toString(16)}${last.slice(1)}`;
    for (const spelling of [
      `${path}/`,
      `/${path}`,
      `/.${path}`,
      `/${encoded}`,
      path.toUpperCase(),
      `${path};x`,
      `${path}%00`,
      `${path}.`,
    ]) {
      const url = `${context.realm.issuer}/api/auth/v1${spelling}`;
      const response = await request(url, { method: "POST", headers, body: JSON.stringify(body()) });
      expect([spelling, [403, 404].includes(response.status)]).toEqual([spelling, true]);
    }
    expect(await state()).toEqual(before);
  });

  it("SE-11 lets no page of another origin read or prepare the request (CORS)", async () => {
    const headers = {
      origin: "https://evil.test",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-qt-auth",
    };
    for (const origin of ["https://evil.test", "null", context.realm.issuer]) {
      const preflight = await request(`${context.realm.issuer}/api/auth/v1${path}`, {
        method: "OPTIONS",
        headers: { ...headers, origin },
      });
      expect(preflight.status).toBe(405);
      for (const [name] of preflight.headers) expect(name).not.toMatch(/^access-control/);
    }
  });
});

describe("requests of the realm's own", () => {
  it("SE-08 pass from each of its domains, same-site or same-origin, and from servers", async () => {
    for (const headers of [
      {},
      ...context.realm.hosts.map((host) => ({ origin: `https://${host}`, "sec-fetch-site": "same-site" })),
      { origin: context.realm.issuer, "sec-fetch-site": "same-origin" },
    ] as Headers[])
      expect((await post(context, "/users/profile", { slug: "own" }, cookie, headers)).status).toBe(200);
  });

  it("SE-08 do not pass from another realm's domain", async () => {
    const stranger = await makeRealm();
    const headers = { origin: stranger.realm.issuer };
    await expectError(
      await post(context, "/users/profile", { slug: "own" }, cookie, headers),
      403,
      "cross-site-request",
    );
  });

  it("SE-11 are answered without CORS headers, so that no page of another origin reads them", async () => {
    for (const path of ["/users/me", "/sessions", "/sessions/validate"])
      for (const origin of ["https://evil.test", "null", "https://partner.test"]) {
        const response = await get(context, path, cookie, { origin });
        for (const [name] of response.headers) expect(name).not.toMatch(/^access-control/);
      }
  });
});
