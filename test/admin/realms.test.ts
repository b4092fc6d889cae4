import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { defaultRealmSettings } from "../../src/config/default-realm-settings.ts";
import { makeRealm, request } from "../support/world.ts";
import { call, deployment, done, freshHost, type Json, operate } from "./support.ts";

beforeAll(async () => void (await makeRealm()));

const createRealm = (body: Json) => done(201, operate("POST", "/realms", { name: "Tribune", ...body }));
const countOf = async (table: string) =>
  (await env.DB.prepare(`select count(*) as count from ${table}`).first<{ count: number }>())?.count;

describe("a realm", () => {
  it("is made with its domains, keys and all settings, and serves at once", async () => {
    const [auth, news] = [freshHost("auth"), freshHost("news")];
    expect((await request(`https://${news}/jwks.json`)).status).toBe(404);
    const created = await operate("POST", "/realms", {
      name: "Tribune",
      domains: [news, auth],
      auth_domain: auth,
      allowed_redirect_domains: ["App.Example.Net"],
      authentication_url: `https://${news}/sign-in`,
      settings: { max_sessions: 3, rate_limits: { password_failures_before_delay: 5 } },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get("etag")).toBe('"1"');
    expect(created.headers.get("cache-control")).toBe("no-store");
    expect(created.headers.get("x-content-type-options")).toBe("nosniff");
    expect(created.json).toMatchObject({
      id: expect.stringMatching(/^r[a-z0-9]{16,}$/),
      name: "Tribune",
      kind: "frontend",
      domains: [auth, news],
      auth_domain: auth,
      issuer: `https://${auth}`,
      allowed_redirect_domains: ["app.example.net"],
      authentication_url: `https://${news}/sign-in`,
      version: 1,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect(created.json.settings).toEqual({
      ...defaultRealmSettings,
      max_sessions: 3,
      rate_limits: { ...defaultRealmSettings.rate_limits, password_failures_before_delay: 5 },
    });
    const keys = await (await request(`https://${news}/jwks.json`)).json<{ keys: Json[] }>();
    expect(keys.keys.map((key) => key.alg).toSorted()).toEqual(["ES256", "ES256", "EdDSA", "EdDSA", "RS256", "RS256"]);
    const stored = await env.DB.prepare("select settings from realms where id = ?").bind(created.json.id).first();
    expect(JSON.parse(String(stored?.settings))).toEqual({
      max_sessions: 3,
      rate_limits: { password_failures_before_delay: 5 },
    });
  });

  it("takes its first domain for the auth domain when none is named", async () => {
    const [first, second] = [freshHost("z"), freshHost("a")];
    expect(await createRealm({ domains: [first, second] })).toMatchObject({ auth_domain: first });
  });

  it("keeps host names in the one spelling that requests carry", async () => {
    const label = freshHost("bücher");
    const { domains } = await createRealm({ domains: [label.toUpperCase(), label] });
    expect(domains).toEqual([new URL(`https://${label}`).hostname]);
    expect(String(domains)).toMatch(/^xn--bcher/);
  });

  it("is found by its id, by its name, and by a name with odd characters", async () => {
    const name = `Le Monde 100% & Co / ${freshHost()}`;
    const { id } = await createRealm({ name, domains: [freshHost()] });
    for (const reference of [String(id), name])
      expect(await done(200, operate("GET", `/realms/${encodeURIComponent(reference)}`))).toMatchObject({ id, name });
  });

  it("whose name another has, too, is found by its id only", async () => {
    const name = `Twice ${freshHost()}`;
    const { id } = await createRealm({ name, domains: [freshHost()] });
    await createRealm({ name, domains: [freshHost()] });
    const byName = await operate("GET", `/realms/${encodeURIComponent(name)}`);
    expect([byName.status, byName.json.code]).toEqual([409, "realm-ambiguous"]);
    expect((await operate("GET", `/realms/${id}`)).status).toBe(200);
  });

  it("is listed page by page, each once", async () => {
    for (let made = 0; made < 3; made++) await createRealm({ domains: [freshHost()] });
    const seen: string[] = [];
    for (let cursor: unknown = ""; cursor !== undefined; ) {
      const page = await done(200, operate("GET", `/realms?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`));
      seen.push(...(page.realms as Json[]).map((realm) => String(realm.id)));
      cursor = page.next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(await countOf("realms"));
  });
});

describe("changing a realm", () => {
  it("moves domains in and out at once", async () => {
    const [auth, old, fresh] = [freshHost(), freshHost(), freshHost()];
    const { id } = await createRealm({ domains: [auth, old] });
    expect((await request(`https://${old}/jwks.json`)).status).toBe(200);
    expect((await request(`https://${fresh}/jwks.json`)).status).toBe(404);
    const changed = await operate("PATCH", `/realms/${id}`, { domains: [auth, fresh] });
    expect(changed.json).toMatchObject({ domains: [auth, fresh].toSorted(), version: 2 });
    expect(changed.headers.get("etag")).toBe('"2"');
    expect((await request(`https://${old}/jwks.json`)).status).toBe(404);
    expect((await request(`https://${fresh}/jwks.json`)).status).toBe(200);
    await createRealm({ domains: [old] });
  });

  it("merges settings; null brings a default back, and nothing is kept that has its default", async () => {
    const { id } = await createRealm({ domains: [freshHost()], settings: { max_sessions: 3, tfa: "off" } });
    const patch = (settings: Json) => done(200, operate("PATCH", `/realms/${id}`, { settings }));
    expect(
      (await patch({ rate_limits: { password_first_delay_seconds: 60 }, scopes: { a: "A", b: "B" } })).settings,
    ).toMatchObject({ max_sessions: 3, tfa: "off", rate_limits: { password_first_delay_seconds: 60 } });
    const changed = await patch({ max_sessions: null, tfa: "optional", rate_limits: null, scopes: { a: null } });
    expect(changed.settings).toEqual({ ...defaultRealmSettings, scopes: { b: "B" } });
    const stored = await env.DB.prepare("select settings from realms where id = ?").bind(id).first();
    expect(JSON.parse(String(stored?.settings))).toEqual({ scopes: { b: "B" } });
  });

  it("takes back all the settings that it answered", async () => {
    const { id, settings } = await createRealm({ domains: [freshHost()], settings: { max_sessions: 3 } });
    const changed = await done(200, operate("PATCH", `/realms/${id}`, { settings }));
    expect(changed.settings).toEqual(settings);
  });

  it("changes the issuer with the auth domain", async () => {
    const [one, other] = [freshHost(), freshHost()];
    const { id } = await createRealm({ domains: [one, other] });
    expect(await done(200, operate("PATCH", `/realms/${id}`, { auth_domain: other }))).toMatchObject({
      issuer: `https://${other}`,
    });
    const discovery = await request(`https://${one}/.well-known/openid-configuration`);
    expect((await discovery.json<Json>()).issuer).toBe(`https://${other}`);
  });

  it("refuses to lose the auth domain, or the host of the sign-in page", async () => {
    const [auth, page, other] = [freshHost(), freshHost(), freshHost()];
    const { id } = await createRealm({ domains: [auth, page, other], authentication_url: `https://${page}/in` });
    const refused = async (body: Json) => {
      const answer = await operate("PATCH", `/realms/${id}`, body);
      return [answer.status, Object.keys(answer.json.errors as Json)];
    };
    expect(await refused({ domains: [page, other] })).toEqual([422, ["auth_domain"]]);
    expect(await refused({ domains: [auth, other] })).toEqual([422, ["authentication_url"]]);
    expect(await refused({ auth_domain: freshHost() })).toEqual([422, ["auth_domain"]]);
    expect(await done(200, operate("GET", `/realms/${id}`))).toMatchObject({ version: 1 });
    const freed = await operate("PATCH", `/realms/${id}`, { domains: [auth], authentication_url: null });
    expect(freed.json).toMatchObject({ domains: [auth], authentication_url: null });
  });

  it("MR-11 is refused for a version that is no longer the newest", async () => {
    const { id } = await createRealm({ domains: [freshHost()] });
    const rename = (name: string, match: string) => operate("PATCH", `/realms/${id}`, { name }, { "if-match": match });
    expect((await rename("Second", '"1"')).status).toBe(200);
    const outdated = await rename("Third", '"1"');
    expect([outdated.status, outdated.json.code]).toEqual([412, "version-outdated"]);
    expect((await rename("Third", 'W/"2"')).status).toBe(412);
    expect((await operate("DELETE", `/realms/${id}`, undefined, { "if-match": '"1"' })).status).toBe(412);
    expect((await rename("Third", '"7", "2"')).status).toBe(200);
    expect((await rename("Fourth", "*")).json.name).toBe("Fourth");
  });

  it("MR-11 by two at once, of whom both read the same version, is done by one", async () => {
    const { id } = await createRealm({ domains: [freshHost()] });
    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((name) => operate("PATCH", `/realms/${id}`, { name }, { "if-match": '"1"' })),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 412, 412, 412]);
    const winner = answers.find((answer) => answer.status === 200);
    expect(await done(200, operate("GET", `/realms/${id}`))).toMatchObject({ name: winner?.json.name, version: 2 });
  });
});

describe("a domain that is taken", () => {
  it("is refused by name, for a new realm and for a change, and nothing is written", async () => {
    const [taken, free, own] = [freshHost("taken"), freshHost(), freshHost()];
    await createRealm({ domains: [taken] });
    const { id } = await createRealm({ domains: [own] });
    const realms = await countOf("realms");
    for (const answer of [
      await operate("POST", "/realms", { name: "Second", domains: [free, taken.toUpperCase()] }),
      await operate("PATCH", `/realms/${id}`, { name: "Second", domains: [own, free, taken] }),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([409, "domain-already-in-realm"]);
      expect(answer.headers.get("x-error-code")).toBe("domain-already-in-realm");
      expect(answer.json.errors).toEqual({ domains: `taken: ${taken}` });
    }
    expect(await countOf("realms")).toBe(realms);
    expect(await done(200, operate("GET", `/realms/${id}`))).toMatchObject({ domains: [own], version: 1 });
    await createRealm({ domains: [free] });
  });

  it("goes to one of those who ask for it at once", async () => {
    const contested = freshHost();
    const answers = await Promise.all(
      [1, 2, 3].map(() => operate("POST", "/realms", { name: "Racer", domains: [freshHost(), contested] })),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409]);
    const losers = answers.filter((answer) => answer.status === 409);
    for (const loser of losers) expect(loser.json.errors).toEqual({ domains: `taken: ${contested}` });
    const kept = await env.DB.prepare("select count(*) as count from realms where name = 'Racer'").first();
    expect(kept?.count).toBe(1);
  });

  it("goes to one of the realms that add it at once", async () => {
    const contested = freshHost();
    const own = [freshHost(), freshHost()];
    const realms = await Promise.all(own.map((host) => createRealm({ domains: [host] })));
    const answers = await Promise.all(
      realms.map(({ id }, index) => operate("PATCH", `/realms/${id}`, { domains: [own[index], contested] })),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
  });
});

describe("a publisher", () => {
  it("gets its two realms", async () => {
    const [cms, www] = [freshHost("cms"), freshHost("www")];
    const made = await done(
      201,
      operate("POST", "/publishers", { name: "Gazette", editor_domains: [cms], frontend_domains: [www] }),
    );
    expect(made).toMatchObject({
      editor: { name: "Gazette", kind: "editor", domains: [cms], auth_domain: cms },
      frontend: { name: "Gazette", kind: "frontend", domains: [www], auth_domain: www },
    });
    const keys = await Promise.all(
      [cms, www].map(async (host) => (await request(`https://${host}/jwks.json`)).json<{ keys: { kid: string }[] }>()),
    );
    const kids = keys.flatMap((set) => set.keys.map((key) => key.kid));
    expect(new Set(kids).size).toBe(12);
  });

  it("gets both or neither", async () => {
    const [cms, taken] = [freshHost("cms"), freshHost("www")];
    await createRealm({ domains: [taken] });
    const body = { name: "Half", editor_domains: [cms], frontend_domains: [freshHost(), taken] };
    const refused = await operate("POST", "/publishers", body);
    expect([refused.status, refused.json.code]).toEqual([409, "domain-already-in-realm"]);
    expect(refused.json.errors).toEqual({ frontend_domains: `taken: ${taken}` });
    const twice = await operate("POST", "/publishers", { ...body, frontend_domains: [cms] });
    expect([twice.status, twice.json.errors]).toEqual([422, { frontend_domains: `named twice: ${cms}` }]);
    const kept = await env.DB.prepare("select count(*) as count from realms where name = 'Half'").first();
    expect(kept?.count).toBe(0);
    expect((await request(`https://${cms}/jwks.json`)).status).toBe(404);
  });

  it("gets both or neither also when another takes a domain meanwhile", async () => {
    const contested = freshHost();
    const answers = await Promise.all(
      [1, 2].map(() =>
        operate("POST", "/publishers", {
          name: "Rivals",
          editor_domains: [freshHost()],
          frontend_domains: [contested],
        }),
      ),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409]);
    const kept = await env.DB.prepare("select count(*) as count from realms where name = 'Rivals'").first();
    expect(kept?.count).toBe(2);
  });
});

describe("input for a realm", () => {
  it.each([
    ["no name", { name: undefined }, "name"],
    ["an empty name", { name: "  " }, "name"],
    ["a name with a line break", { name: "a\nb" }, "name"],
    ["a name that is a number", { name: 7 }, "name"],
    ["no domains", { domains: undefined }, "domains"],
    ["an empty list of domains", { domains: [] }, "domains"],
    ["101 domains", { domains: Array.from({ length: 101 }, (_, index) => `h${index}.fresh.test`) }, "domains"],
    ["another kind", { kind: "backend" }, "kind"],
    ["an auth domain that is none of the domains", { auth_domain: "elsewhere.fresh.test" }, "auth_domain"],
    ["a page on another host", { authentication_url: "https://evil.test/in" }, "authentication_url"],
    ["a page that is a script", { authentication_url: "javascript:alert(1)" }, "authentication_url"],
    ["a page with a user", { authentication_url: "https://a:b@$HOST/in" }, "authentication_url"],
    ["a page with a fragment", { authentication_url: "https://$HOST/in#" }, "authentication_url"],
    ["a page that is no URL", { authentication_url: "//$HOST/in" }, "authentication_url"],
    ["a redirect domain that is a URL", { allowed_redirect_domains: ["https://x.test"] }, "allowed_redirect_domains.0"],
    ["a setting that does not exist", { settings: { max_session: 3 } }, "settings"],
    ["a setting out of range", { settings: { max_sessions: 9999 } }, "settings.max_sessions"],
    ["a setting of another type", { settings: { embedding: "yes" } }, "settings.embedding"],
    [
      "a limit out of range",
      { settings: { rate_limits: { password_failures_before_delay: 10 } } },
      "settings.rate_limits.password_failures_before_delay",
    ],
    ["a logo without TLS", { settings: { theme: { logo_url: "http://x.test/a.png" } } }, "settings.theme.logo_url"],
    ["settings that are a list", { settings: [] }, "settings"],
    ["a field that does not exist", { realm_id: "r1" }, "body"],
  ])("is refused with %s", async (_, fault, field) => {
    const host = freshHost();
    const realms = await countOf("realms");
    const text = JSON.stringify({ name: "Bad", domains: [host], ...fault }).replaceAll("$HOST", host);
    const answer = await call(deployment, "POST", "/realms", { body: text });
    expect([answer.status, answer.json.code]).toEqual([422, "validation-failed"]);
    expect(Object.keys(answer.json.errors as Json)).toEqual([field]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await countOf("realms")).toBe(realms);
    expect(await countOf("domains where host = '".concat(host, "'"))).toBe(0);
  });

  it.each([
    "",
    " ",
    "a b.test",
    "news.test:8443",
    "https://news.test",
    "news.test/",
    "news.test.",
    ".news.test",
    "news..test",
    "*.news.test",
    "user@news.test",
    "news.test#x",
    "news.test?x",
    "new%73.test",
    "-news.test",
    "news-.test",
    "news_x.test",
    "127.0.0.1",
    "1.2.3",
    "0x7f.1",
    "[::1]",
    "::1",
    "news",
    `${"a".repeat(64)}.test`,
    `${"a.".repeat(127)}test`,
    "news\u0000.test",
    "news.test\n",
    "news\u202e.test",
    "printer.local",
    "metadata.internal",
    "hidden.onion",
  ])("refuses %j as a domain", async (domain) => {
    const answer = await operate("POST", "/realms", { name: "Bad", domains: [domain] });
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.json.errors as Json)).toEqual(["domains.0"]);
  });
});
