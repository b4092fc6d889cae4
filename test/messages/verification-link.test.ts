import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { travel } from "../support/clock.ts";
import { spoiled } from "../support/spoiled.ts";
import { requestIn } from "../support/watched-env.ts";
import { jsonBody, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError, get, post, sessionCount, type UserAnswer } from "../surfaces/session-api.ts";
import { countTo, linkIn, newestTo } from "./mailbox.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const send = (email: string | null, redirectUrl?: string, headers: Record<string, string> = {}) =>
  post(context, "/users/send-verification-link", { email, "redirect-url": redirectUrl }, undefined, headers);

async function linkFor(email: string | null, redirectUrl?: string): Promise<URL> {
  expect((await send(email, redirectUrl)).status).toBe(200);
  return linkIn(await newestTo(context, email));
}

const isVerified = async (id: number): Promise<boolean | undefined> =>
  (await context.users.findById(id))?.emailVerified;

/** Where the link leads. */
async function landing(link: URL | string, init: RequestInit = {}): Promise<string> {
  const response = await request(String(link), init);
  expect(response.status).toBe(302);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  return response.headers.get("location") ?? "";
}

function expectRefused(response: Response): void {
  expect([response.status, response.headers.get("x-error-code")]).toEqual([400, "redirect-not-allowed"]);
  expect(response.headers.get("location")).toBeNull();
}

describe("POST /api/auth/v1/users/send-verification-link (contract §2)", () => {
  it("sends a link to the issuer that verifies the address and lands on redirect-url", async () => {
    const user = await makeUser(context);
    const cookie = await signIn(context, user);
    const site = context.realm.hosts[1] ?? "";
    const url = `https://${site}/api/auth/v1/users/send-verification-link`;
    const sent = await request(url, jsonBody({ email: user.email, "redirect-url": "/welcome?from=mail#old" }));
    expect(sent.status).toBe(200);
    const link = linkIn(await newestTo(context, user.email));
    expect(link.origin + link.pathname).toBe(`${context.realm.issuer}/api/auth/v1/users/verify-email`);
    expect(link.searchParams.get("redirect-url")).toBe(`https://${site}/welcome?from=mail#old`);
    expect(await isVerified(user.id)).toBe(false);
    expect(await landing(link)).toBe(`https://${site}/welcome?from=mail#email-verified`);
    expect(await isVerified(user.id)).toBe(true);
    const { user: shown } = await (await get(context, "/users/me", cookie)).json<UserAnswer>();
    expect(shown["verification-status"]).toBe("email");
    expect(await sessionCount(context, user.id)).toBe(1);
    expect((await context.users.findById(user.id))?.passwordHash).toBe(user.passwordHash);
  });

  it("RC-03 works once: then it lands on #token-consumed", async () => {
    const user = await makeUser(context);
    const link = await linkFor(user.email, "/");
    const all = await Promise.all(Array.from({ length: 20 }, () => landing(link)));
    expect(all.filter((location) => location.endsWith("/#email-verified"))).toHaveLength(1);
    expect(all.filter((location) => location.endsWith("/#token-consumed"))).toHaveLength(19);
    expect(await landing(link)).toBe(`${context.realm.issuer}/#token-consumed`);
  });

  it.each([
    ["changed", (token: string) => spoiled(token)],
    ["cut short", (token: string) => token.slice(0, -1)],
    ["without its key", (token: string) => token.slice(token.indexOf(".") + 1)],
    ["of another key", (token: string) => `k9${token.slice(token.indexOf("."))}`],
    ["invented", () => "t1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["endless", () => "A".repeat(6000)],
    ["empty", () => ""],
  ])("RC-03 lands on #invalid-token with a token that is %s", async (_, mutate) => {
    const user = await makeUser(context);
    const link = await linkFor(user.email, "/");
    link.searchParams.set("token", mutate(link.searchParams.get("token") ?? ""));
    expect(await landing(link)).toBe(`${context.realm.issuer}/#invalid-token`);
    expect(await isVerified(user.id)).toBe(false);
  });

  it("RC-03 works for a day, and dies when a newer one is sent or the address changes", async () => {
    const user = await makeUser(context);
    travel(0);
    const first = await linkFor(user.email, "/");
    const second = await linkFor(user.email, "/");
    expect(await landing(first)).toMatch(/#invalid-token$/);
    travel(86_399);
    expect(await landing(second)).toMatch(/#email-verified$/);

    const other = await makeUser(context);
    const late = await linkFor(other.email, "/");
    travel(86_400);
    expect(await landing(late)).toMatch(/#invalid-token$/);

    const mover = await makeUser(context);
    const gone = await linkFor(mover.email, "/");
    await context.users.update(mover.id, mover.version, { email: `moved-${mover.email}` }, Date.now());
    expect(await landing(gone)).toMatch(/#invalid-token$/);
    expect(await isVerified(mover.id)).toBe(false);
  });

  it("RC-04 is good in its own realm only, for its own purpose only", async () => {
    const other = await makeRealm();
    const user = await makeUser(context);
    const link = await linkFor(user.email, "/");
    const elsewhere = `${other.realm.issuer}${link.pathname}?token=${link.searchParams.get("token")}&redirect-url=/`;
    expect(await landing(elsewhere)).toBe(`${other.realm.issuer}/#invalid-token`);
    const body = { token: link.searchParams.get("token"), "new-password": "violet-harbour-quill-99" };
    await expectError(await post(context, "/users/reset-password-with-token", body), 403, "invalid-token");
    expect(await landing(link)).toMatch(/#email-verified$/);
  });

  it("RC-06 is not used up by HEAD", async () => {
    const user = await makeUser(context);
    const link = await linkFor(user.email, "/");
    for (let looks = 0; looks < 3; looks++) expect((await request(String(link), { method: "HEAD" })).status).toBe(405);
    expect(await isVerified(user.id)).toBe(false);
    expect(await landing(link)).toMatch(/#email-verified$/);
  });

  it("says how it went on a page where there is no redirect-url", async () => {
    const user = await makeUser(context);
    const link = await linkFor(user.email);
    expect(link.searchParams.has("redirect-url")).toBe(false);
    for (const said of ["Your address is confirmed", "This link has been used"]) {
      const response = await request(String(link), { headers: { accept: "text/html" } });
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.text()).toContain(said);
    }
    const bad = await request(`${link.origin}${link.pathname}?token=x`, { headers: { "accept-language": "fr" } });
    expect(await bad.text()).toContain("Ce lien n’est pas valable");
  });

  it.each([
    "https://evil.test/",
    "//evil.test/",
    "/\\evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://user@auth.test/",
    "/\r\nset-cookie:a=b",
  ])("refuses to lead to %j, when the link is asked for and when it is opened", async (redirectUrl) => {
    const user = await makeUser(context);
    expectRefused(await send(user.email, redirectUrl));
    expect(await countTo(context, user.email)).toBe(0);
    const link = await linkFor(user.email, "/");
    link.searchParams.set("redirect-url", redirectUrl);
    expectRefused(await request(String(link)));
    expect(await isVerified(user.id)).toBe(false);
  });

  it.each([
    { "x-forwarded-host": "evil.test" },
    { "x-forwarded-host": "evil.test", "x-forwarded-proto": "http", "x-forwarded-port": "8080" },
    { forwarded: "host=evil.test;proto=http" },
    { "x-original-host": "evil.test", "x-host": "evil.test", "x-forwarded-server": "evil.test" },
    { "x-forwarded-prefix": "//evil.test/", "x-original-url": "https://evil.test/" },
  ] as Record<string, string>[])(
    "RC-02 builds the link from the realm's domains, whatever %j says",
    async (headers) => {
      const user = await makeUser(context);
      const response = await send(user.email, "/", headers);
      expect(response.status).toBe(200);
      const message = await newestTo(context, user.email);
      expect(linkIn(message).host).toBe(context.realm.authDomain);
      expect(message.html + message.text).not.toContain("evil");
    },
  );

  it("RC-02 builds it so for the first request after a start as well, and on every domain of the realm", async () => {
    const realm = await makeRealm();
    for (const host of realm.realm.hosts) {
      forgetHosts(realm.realm.hosts);
      const user = await makeUser(realm);
      const headers = { "content-type": "application/json", "x-forwarded-host": "evil.test" };
      const body = JSON.stringify({ email: user.email, "redirect-url": "/done" });
      const url = `https://${host}/api/auth/v1/users/send-verification-link`;
      expect((await request(url, { method: "POST", headers, body })).status).toBe(200);
      const link = linkIn(await newestTo(realm, user.email));
      expect([link.host, link.searchParams.get("redirect-url")]).toEqual([
        realm.realm.authDomain,
        `https://${host}/done`,
      ]);
    }
    const unknown = await request(
      "https://evil.test/api/auth/v1/users/send-verification-link",
      jsonBody({ email: "a@b.test" }),
    );
    expect(unknown.status).toBe(404);
  });

  it("RC-01 answers alike for whoever it is, and writes to those only who have an account", async () => {
    const user = await makeUser(context);
    const disabled = await makeUser(context, { disabled: true });
    const answers = [];
    for (const email of [user.email, "nobody-at-all@example.test", disabled.email]) {
      const response = await send(email, "/");
      answers.push([response.status, response.headers.getSetCookie(), await response.text()]);
      expect(await countTo(context, email)).toBe(email === user.email ? 1 : 0);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it("RC-09 sends five of twenty links", async () => {
    const user = await makeUser(context);
    for (let sent = 0; sent < 20; sent++) expect((await send(user.email, "/")).status).toBe(200);
    expect(await countTo(context, user.email)).toBe(5);
  });

  it("RE-05 lands on #internal-error when the storage does not answer", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const user = await makeUser(context);
    const link = await linkFor(user.email, "/");
    const broken = {
      ...env,
      USERS: {
        getByName: () => ({ proveSecret: () => Promise.reject(new Error("out of order")) }),
      } as unknown as DurableObjectNamespace,
    };
    forgetHosts(context.realm.hosts);
    const response = await requestIn(broken, String(link));
    forgetHosts(context.realm.hosts);
    expect([response.status, response.headers.get("location")]).toEqual([
      302,
      `${context.realm.issuer}/#internal-error`,
    ]);
    expect(JSON.stringify(log.mock.calls)).not.toContain(link.searchParams.get("token"));
    log.mockRestore();
    expect(await isVerified(user.id)).toBe(false);
    expect(await landing(link)).toMatch(/#email-verified$/);
  });
});
