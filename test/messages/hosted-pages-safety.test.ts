import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import { makeRealm, makeUser, request } from "../support/world.ts";
import { logIn } from "../surfaces/session-api.ts";
import { codeIn, countTo, linkIn, newestTo } from "./mailbox.ts";
import { askOnPage, nextPassword as next, openPage, visibleProblem } from "./support.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const open = (browser: Browser, path: string, site?: "cross-site") => openPage(context, browser, path, site);
const asked = (email: string | null, browser?: Browser) => askOnPage(context, email, browser);

describe("the hosted pages for a forgotten password", () => {
  it("RC-06 use nothing up when a scanner looks at the link, by GET or by HEAD, as often as it likes", async () => {
    const user = await makeUser(context, { emailVerified: true });
    const { browser } = await asked(user.email);
    const link = String(linkIn(await newestTo(context, user.email)));
    for (let looks = 0; looks < 3; looks++) {
      expect((await request(link)).status).toBe(303);
      expect((await request(link, { method: "HEAD" })).status).toBe(303);
      await new Browser(context.realm.hosts).open(link, "cross-site");
    }
    expect((await context.users.findById(user.id))?.passwordHash).toBe(user.passwordHash);
    const page = await browser.open(link, "cross-site");
    expect((await browser.submit(page, "reset-form", { password: next })).html).toContain("Your password is set");
  });

  it("RC-08 take the token out of the address at once, tell no referrer, load nothing from elsewhere, keep no copy", async () => {
    const user = await makeUser(context, { emailVerified: true });
    await asked(user.email);
    const link = linkIn(await newestTo(context, user.email));
    const token = link.searchParams.get("token") ?? "";
    const first = await request(String(link));
    expect(first.headers.get("location")).toBe("/reset-password");
    expect(first.headers.get("referrer-policy")).toBe("no-referrer");
    expect(first.headers.get("cache-control")).toBe("no-store");
    expect(first.headers.getSetCookie()).toEqual([
      `__Host-gatehouse-reset=${token}; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax`,
    ]);
    const page = await new Browser(context.realm.hosts).open(String(link), "cross-site");
    expect(page.url.search).toBe("");
    expect(page.html).not.toContain(token);
    expect(page.html).not.toMatch(/(?:src|href)="https?:/);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it.each(["x", "t1.short", "a;b=c", 't1.a"; Domain=evil.test', "t1.\r\nset-cookie: a=b", "A".repeat(5000)])(
    "RC-08 keep no token that is none: %j",
    async (token) => {
      const response = await request(`${context.realm.issuer}/reset-password?${new URLSearchParams({ token })}`);
      expect(response.status).toBe(303);
      const cookie = response.headers.getSetCookie();
      expect(cookie).toHaveLength(1);
      expect(cookie[0]).toMatch(/^__Host-gatehouse-reset=(?:none|t1\.short); Path=\/; Max-Age=3600; /);
      const browser = new Browser(context.realm.hosts);
      const page = await open(browser, `/reset-password?${new URLSearchParams({ token })}`);
      expect(page.forms.map(({ id }) => id)).toEqual(["forgot-form"]);
      expect(visibleProblem(page)).toMatch(/^This link is not valid any more/);
    },
  );

  it("RC-05 set no password for anybody in whatever order the steps are walked", async () => {
    const victim = await makeUser(context, { emailVerified: true });
    const attacker = await makeUser(context, { emailVerified: true });
    const { browser, page } = await asked(victim.email);
    const mine = await asked(attacker.email, browser);
    const code = codeIn(await newestTo(context, attacker.email));
    const victims = { email: victim.email ?? "", code, password: next };
    expect((await browser.submit(page, "reset-form", victims)).status).toBe(401);
    expect((await browser.submit(mine.page, "reset-form", victims)).status).toBe(401);
    const link = await browser.open(String(linkIn(await newestTo(context, attacker.email))), "cross-site");
    // Changed by hand: the link's page, but with somebody else's address in it.
    const forged = { ...link, forms: page.forms };
    expect((await browser.submit(forged, "reset-form", victims)).status).toBe(401);
    expect((await context.users.findById(victim.id))?.passwordHash).toBe(victim.passwordHash);
    expect((await logIn(context, victim.email)).status).toBe(200);
  });

  it.each(["/forgot-password", "/reset-password"])(
    "SE-08 refuse a post to %s without the page's token",
    async (path) => {
      const user = await makeUser(context, { emailVerified: true });
      const { browser } = await asked(user.email);
      const own = await open(browser, path);
      const stranger = await open(new Browser(context.realm.hosts), path);
      const id = own.forms[0]?.id ?? "";
      const fields = { email: user.email ?? "", ...(id === "reset-form" ? { code: "1", password: next } : {}) };
      const foreign = { ...own, forms: stranger.forms };
      expect((await browser.submit(foreign, id, fields)).status).toBe(403);
      const bare = await request(`${context.realm.issuer}${path}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://evil.test" },
        body: new URLSearchParams(fields).toString(),
      });
      expect(bare.status).toBe(403);
      expect(await countTo(context, user.email)).toBe(1);
    },
  );

  it("RL-01 say when it was too often, with the time to wait", async () => {
    const realm = await makeRealm({ rate_limits: { messages_per_realm_per_minute: 1 } });
    const statuses = [];
    for (let sent = 0; sent < 12; sent++) {
      const browser = new Browser(realm.realm.hosts);
      const ask = await browser.open(`${realm.realm.issuer}/forgot-password`);
      const page = await browser.submit(ask, "forgot-form", { email: "somebody@example.test" });
      statuses.push(page.status);
      if (page.status === 429) expect(page.headers.get("retry-after")).toBe("60");
    }
    expect(statuses.slice(-2)).toEqual([429, 429]);
  });
});
