import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { authorizeUrl } from "../authorization/requests.ts";
import { linkIn, newestTo } from "../messages/mailbox.ts";
import { Browser } from "../support/browser.ts";
import { travel } from "../support/clock.ts";
import {
  cookiesOf,
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  request,
  signIn,
} from "../support/world.ts";
import { enableTotp } from "../two-factor/support.ts";
import { done, type Json, makeSite, operate, type Site } from "./support.ts";

let site: Site;
beforeAll(async () => {
  site = await makeSite();
});

afterEach(() => {
  vi.useRealTimers();
});

const own = "cobalt-meadow-lantern-52";
const typed = "another-harbour-quill-82";

const pathOf = (user: UserRow) => `${site.path}/users/${user.id}`;
const reset = (user: UserRow, body?: Json) => operate("POST", `${pathOf(user)}/password-reset`, body);
const at = (path: string, host = site.host) => `https://${host}${path}`;

async function temporaryOf(user: UserRow): Promise<string> {
  const made = await done(200, reset(user, { by: "temporary-password" }));
  return String(made.temporary_password);
}

const logIn = (user: Pick<UserRow, "email">, password: string) =>
  request(at("/api/auth/v1/login"), jsonBody({ email: user.email, password }));

async function tokenFor(user: UserRow, password: string): Promise<string> {
  const answer: { error: { code: string; token: string } } = await (await logIn(user, password)).json();
  expect(answer.error.code).toBe("password-change-required");
  return answer.error.token;
}

const choose = (token: string, password: string, host = site.host) =>
  request(
    at("/api/auth/v1/users/reset-password-with-token", host),
    jsonBody({ token, "new-password": password, "confirm-password": password }),
  );

const codeOf = async (response: Response): Promise<unknown> => {
  const body: { error: { code: string } } = await response.json();
  return [response.status, body.error.code];
};

describe("RC-16 a password that an operator has set", () => {
  it("opens nothing at any place that takes passwords, and says why", async () => {
    const user = await makeUser(site.context, { emailVerified: true });
    const password = await temporaryOf(user);
    const partner = await makeClient(site.context, {}, { firstParty: true });
    const form = { email: user.email ?? "", password };
    const sso = `/sso-login?${new URLSearchParams({ "callback-url": `https://${site.host}`, "redirect-url": "/" })}`;
    const authorization = Object.fromEntries(new URL(authorizeUrl(site.context, partner)).searchParams);
    const asked: [string, Promise<Response>][] = [
      ["/api/auth/v1/login", logIn(user, password)],
      ["/sso-login", request(at(sso), jsonBody(form))],
      ["/api/auth/login", request(at("/api/auth/login"), jsonBody(form))],
      ["/v1/login", request(at("/v1/login"), formBodyAsJson({ ...authorization, ...form }))],
    ];
    for (const [path, answer] of asked) {
      const response = await answer;
      const text = await response.text();
      expect([path, response.status, response.headers.get("x-error-code")], text).toEqual([
        path,
        403,
        "password-change-required",
      ]);
      expect(text).toMatch(/"token":"t1\.[\w-]+/);
      expect(text).not.toMatch(/accessToken|access_token|refresh|"code":"[0-9a-f-]{36}/);
      expect(Object.keys(cookiesOf(response)).filter((name) => /auth/.test(name))).toEqual([]);
    }
    expect(await site.context.objects.call(user.id, (object) => object.sessions())).toEqual([]);
    expect((await logIn(user, `${password}x`)).status).toBe(401);
  });

  it("leads browsers to a page that takes the user's own, and from there on to where they wanted", async () => {
    const user = await makeUser(site.context);
    const client = await makeClient(site.context, {}, { firstParty: true });
    const password = await temporaryOf(user);
    const browser = new Browser([...site.context.realm.hosts]);
    const asked = await browser.open(authorizeUrl(site.context, client));
    const page = await browser.submit(asked, "sign-in-form", { identifier: user.email ?? "", password });
    expect([page.status, page.url.pathname]).toEqual([200, "/reset-password"]);
    expect(page.url.search).not.toContain("token");
    expect(page.html).toContain("was set for you");
    expect(page.html).toContain(user.email);
    expect(browser.cookie(site.host, "qt-auth")).toBeUndefined();
    const same = await browser.submit(page, "reset-form", { password });
    expect([same.status, same.html.includes("Choose another password than the one")]).toEqual([422, true]);
    const set = await browser.submit(same, "reset-form", { password: own });
    expect(browser.cookie(site.host, "qt-auth")).toBeUndefined();
    const again = await browser.follow(set, "sign-in-link");
    const end = await browser.submit(again, "sign-in-form", { identifier: user.email ?? "", password: own });
    expect(end.url.searchParams.get("code")).toMatch(/./);
  });

  it("takes forms of partners' sites and of cross-domain sign-in to that page as well", async () => {
    const user = await makeUser(site.context);
    const client = await makeClient(site.context, {}, { firstParty: true });
    const form = { email: user.email ?? "", password: await temporaryOf(user) };
    const authorization = Object.fromEntries(new URL(authorizeUrl(site.context, client)).searchParams);
    const sso = `/sso-login?${new URLSearchParams({ "callback-url": `https://${site.host}`, "redirect-url": "/" })}`;
    for (const sent of [
      request(at("/v1/login"), formBody({ ...authorization, ...form })),
      request(at(sso), formBody(form)),
    ]) {
      const response = await sent;
      expect([response.status, response.headers.get("location")]).toEqual([
        303,
        expect.stringMatching(/^\/reset-password\?interaction=/),
      ]);
      expect(Object.keys(cookiesOf(response))).toContain("__Host-gatehouse-reset");
      expect(cookiesOf(response)["qt-auth"]).toBeUndefined();
    }
  });

  it("is replaced once, of fifty at once, and a second factor is still asked for", async () => {
    const user = await makeUser(site.context);
    await enableTotp(site.context, await signIn(site.context, user));
    const password = await temporaryOf(user);
    const token = await tokenFor(user, password);
    const statuses = (await Promise.all(Array.from({ length: 50 }, (_, n) => choose(token, `${own}-${n}`)))).map(
      ({ status }) => status,
    );
    expect(statuses.toSorted()).toEqual([200, ...Array<number>(49).fill(403)]);
    const chosen = `${own}-${statuses.indexOf(200)}`;
    expect(await (await logIn(user, chosen)).json()).toMatchObject({ code: "tfa-validation-is-required" });
    expect(await codeOf(await choose(token, own))).toEqual([403, "token-consumed"]);
    expect((await logIn(user, password)).status).toBe(401);
    expect((await done(200, operate("GET", pathOf(user)))).temporary_password_expires_at).toBeNull();
  });

  it("expires, and is counted as wrong from then on", async () => {
    travel(0);
    const user = await makeUser(site.context, { emailVerified: true });
    const password = await temporaryOf(user);
    const { temporary_password_expires_at } = await done(200, operate("GET", pathOf(user)));
    expect(Date.parse(String(temporary_password_expires_at)) - Date.now()).toBe(86_400_000);
    travel(86_400 - 60);
    const token = await tokenFor(user, password);
    travel(61);
    expect(await codeOf(await logIn(user, password))).toEqual([403, "temporary-password-expired"]);
    expect(await codeOf(await choose(token, own))).toEqual([403, "invalid-token"]);
    for (let tried = 0; tried < 8; tried++) await logIn(user, password);
    expect((await logIn(user, password)).status).toBe(429);
    const stored = await site.context.users.findById(user.id);
    expect(stored?.passwordExpiresAt).toBe(Date.parse(String(temporary_password_expires_at)));
  });

  it("gives a token that the next password of an operator, another realm and ten minutes end", async () => {
    travel(0);
    const user = await makeUser(site.context);
    const first = await tokenFor(user, await temporaryOf(user));
    const second = await temporaryOf(user);
    expect(await codeOf(await choose(first, own))).toEqual([403, "token-consumed"]);
    const token = await tokenFor(user, second);
    const other = await makeRealm();
    expect(await codeOf(await choose(token, own, other.realm.authDomain))).toEqual([403, "invalid-token"]);
    travel(601);
    expect(await codeOf(await choose(token, own))).toEqual([403, "invalid-token"]);
    expect(await codeOf(await choose(await tokenFor(user, second), second))).toEqual([422, "password-unchanged"]);
    expect((await choose(await tokenFor(user, second), own)).status).toBe(200);
    expect((await logIn(user, own)).status).toBe(200);
  });

  it("cannot become the user's own by a mailed link or by a change either", async () => {
    const user = await makeUser(site.context, { emailVerified: true });
    await done(200, operate("PATCH", pathOf(user), { password: typed }));
    expect(await codeOf(await logIn(user, typed))).toEqual([403, "password-change-required"]);
    await request(at("/api/auth/v1/users/forgot-password"), jsonBody({ email: user.email }));
    const mailed = linkIn(await newestTo(site.context, user.email)).searchParams.get("token") ?? "";
    expect(await codeOf(await choose(mailed, typed))).toEqual([422, "password-unchanged"]);
    expect((await choose(mailed, own)).status).toBe(200);
    expect((await logIn(user, own)).status).toBe(200);
  });
});

describe("POST /admin/v1/realms/:realm/users/:user/password-reset", () => {
  it("RC-16 makes a password up, shows it this once, ends all sessions and tells the owner", async () => {
    const user = await makeUser(site.context, { emailVerified: true });
    const session = await signIn(site.context, user);
    const password = await temporaryOf(user);
    expect(password).toMatch(/^[a-z2-9]{20}$/);
    expect((await newestTo(site.context, user.email)).text).not.toContain(password);
    const me = await request(at("/api/auth/v1/users/me"), { headers: { cookie: `qt-auth=${session}` } });
    expect([me.status, (await logIn(user, goodPassword)).status]).toEqual([403, 401]);
    const events = await operate("GET", `${site.path}/events?user=${user.id}&type=password.reset_by_operator`);
    expect(events.json.events).toEqual([
      expect.objectContaining({ outcome: "done", details: { by: "temporary-password" } }),
    ]);
    expect(events.text).not.toContain(password);
  });

  it("RC-16 sends the link and changes nothing yet; never says what was sent, and not without an end", async () => {
    const user = await makeUser(site.context, { emailVerified: true });
    const answer = await reset(user);
    expect([answer.status, Object.keys(answer.json)]).toEqual([200, ["by", "expires_at"]]);
    expect((await logIn(user, goodPassword)).status).toBe(200);
    const link = linkIn(await newestTo(site.context, user.email));
    expect(`${link.origin}${link.pathname}`).toBe(`${site.context.realm.issuer}/reset-password`);
    expect((await choose(link.searchParams.get("token") ?? "", own)).status).toBe(200);
    for (let sent = 1; sent < 5; sent++) await done(200, reset(user));
    expect((await reset(user)).status).toBe(429);
  });

  it.each([
    ["has no address", { email: null, username: "una-of-none" }, "user-unreachable"],
    ["is disabled", { disabled: true }, "user-disabled"],
  ])("sends nothing to somebody who %s", async (_, about, code) => {
    const user = await makeUser(site.context, about);
    const answer = await reset(user);
    expect([answer.status, answer.json.code]).toEqual([409, code]);
  });

  it("RC-16 makes new users' passwords temporary where it is asked to, and gives no temporary hash away", async () => {
    const body = { email: `t-${crypto.randomUUID()}@people.example`, password: typed, password_temporary: true };
    const made = await done(201, operate("POST", `${site.path}/users`, body));
    expect(made.temporary_password_expires_at).toMatch(/Z$/);
    expect(await codeOf(await logIn(body, typed))).toEqual([403, "password-change-required"]);
    const exported = await done(200, operate("GET", `${site.path}/users/export?password_hashes=true`));
    const mine = (exported.users as Json[]).find(({ id }) => id === made.id);
    expect([mine?.password_hash, mine && "temporary_password_expires_at" in mine]).toEqual([null, false]);
  });
});

const formBodyAsJson = (fields: Record<string, string>): RequestInit =>
  jsonBody(fields, { accept: "application/json" });
