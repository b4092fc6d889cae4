import { describe, expect, it, vi } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { askStores } from "../../src/storage/reach.ts";
import { deployment } from "../admin/support.ts";
import { withJurisdictions } from "../support/jurisdictions.ts";
import { requestIn, watchedEnv } from "../support/watched-env.ts";
import { goodPassword, jsonBody, makeClient, makeRealm, tokensFor } from "../support/world.ts";
import { eventually, loggedIn } from "./support.ts";

describe("RE-16 health", () => {
  it("RL-05 is cheap, and readiness asks every store once and says which one fails, and nothing more", async () => {
    await makeRealm();
    const calls: string[] = [];
    let broken = "";
    const watched = watchedEnv({
      before: (name) => {
        calls.push(name);
        if (name.startsWith(broken || "-")) throw new Error("canary: a host and a password");
      },
    });
    const bindings = { ...watched, VERSION: { id: "the-version-that-answers", tag: "", timestamp: "" } };
    const ask = async (path: string, headers: Record<string, string> = deployment) => {
      calls.length = 0;
      const response = await requestIn(bindings, `https://anything.test${path}`, { headers });
      return { status: response.status, body: await response.json(), retry: response.headers.get("retry-after") };
    };
    expect(await ask("/healthz")).toEqual({ status: 200, body: { status: "ok" }, retry: null });
    expect(calls).toEqual([]);
    const version = "the-version-that-answers";
    const ok = { database: "ok", database_1: "ok", key_value: "ok", objects: "ok" };
    expect(await ask("/readyz")).toEqual({ status: 200, body: { status: "ready", version, checks: ok }, retry: null });
    expect(calls.toSorted()).toEqual(["DB.all", "GRANTS.get", "USERS.isSpent"]);
    for (const [binding, name] of [
      ["DB", "database"],
      ["GRANTS", "key_value"],
      ["USERS", "objects"],
    ] as const) {
      broken = binding;
      const body = { status: "not-ready", version, checks: { ...ok, [name]: "failing" } };
      expect(await ask("/readyz")).toEqual({ status: 503, body, retry: "5" });
      expect(await ask("/readyz", {})).toEqual({ status: 503, body: { status: "not-ready" }, retry: "5" });
      // RL-05: strangers, who may ask as often as they like, hear what was found just now.
      expect(calls).toEqual([]);
    }
    broken = "";
    await vi.waitFor(async () => expect((await ask("/readyz", {})).status).toBe(200), {
      timeout: 5_000,
      interval: 100,
    });
  });
});

describe("RE-16 readiness within jurisdictions", () => {
  const env = watchedEnv({ before: () => undefined });
  const NEW_REALMS_JURISDICTION = "us";
  const ask = async () => {
    const url = "https://anything.test/readyz";
    const response = await requestIn({ ...env, NEW_REALMS_JURISDICTION }, url, { headers: deployment });
    const { checks } = await response.json<{ checks: Record<string, string> }>();
    return { status: response.status, checks };
  };

  it("asks an object in each that a realm has or new ones are to have, and in no other", async () => {
    await makeRealm({}, { jurisdiction: "eu" });
    const asked = withJurisdictions();
    expect(await ask()).toMatchObject({ status: 200, checks: { objects: "ok", objects_eu: "ok", objects_us: "ok" } });
    expect(asked.map(({ within }) => within).toSorted()).toEqual(["eu", "us", null].toSorted());
    vi.restoreAllMocks();
    // workerd has none.
    const without = await ask();
    expect([without.status, without.checks]).toEqual([
      503,
      expect.objectContaining({ database: "ok", objects: "ok", objects_eu: "failing", objects_us: "failing" }),
    ]);
    expect(without.checks).not.toHaveProperty("objects_fedramp");
  });

  it("RE-05 waits for no store that says nothing", async () => {
    const silent = new Promise<never>(() => {});
    const GRANTS = { get: () => silent } as unknown as KVNamespace;
    expect(await askStores({ ...env, GRANTS }, null, 200)).toMatchObject({ database: true, key_value: false });
    const DB = new Proxy(env.DB, { get: () => () => silent });
    expect(await askStores({ ...env, DB }, null, 200)).toMatchObject({ database: false, key_value: true });
  });
});

describe("AU-02 what is told of requests", () => {
  it("a data point each: the endpoint's pattern, the realm, the outcome, the duration, and nothing about anybody", async () => {
    const context = await makeRealm();
    const points: AnalyticsEngineDataPoint[] = [];
    const METRICS = { writeDataPoint: (point: AnalyticsEngineDataPoint) => void points.push(point) };
    const bindings = { ...watchedEnv({ before: () => undefined }), METRICS } as ReturnType<typeof watchedEnv>;
    const canary = `canary-${crypto.randomUUID()}`;
    const headers = { cookie: `qt-auth=${canary}`, authorization: `Bearer ${canary}`, "user-agent": canary };
    const login = { email: `${canary}@example.test`, password: canary };
    await requestIn(
      bindings,
      `${context.realm.issuer}/api/auth/v1/login?q=${canary}`,
      jsonBody(login, { "user-agent": canary }),
    );
    await requestIn(bindings, `${context.realm.issuer}/admin/v1/realms/${canary}/users/${canary}`, { headers });
    await requestIn(bindings, `https://${canary}.test/x`, { headers });
    expect(points).toHaveLength(3);
    expect(points[0]).toEqual({
      indexes: [context.realm.id],
      blobs: ["POST", "/api/auth/v1/login", "4xx", expect.any(String)],
      doubles: [expect.any(Number), 401],
    });
    expect(points[1]?.blobs?.slice(0, 3)).toEqual(["GET", "/admin/v1/realms/:realm/users/:user", "4xx"]);
    expect(points[2]?.indexes).toEqual(["none"]);
    expect(JSON.stringify(points)).not.toContain("canary");
  });

  it("no secret of any kind is in a log line, an answer to a refusal, or an event (AU-03: nor can a line be forged)", async () => {
    const context = await makeRealm();
    const client = await makeClient(context);
    const { tokens, cookie, user, code, verifier } = await tokensFor(context, client);
    const lines: string[] = [];
    for (const level of ["log", "info", "warn", "error", "debug"] as const)
      vi.spyOn(console, level).mockImplementation((...values) => void lines.push(values.map(String).join(" ")));
    forgetHosts(context.realm.hosts);
    let broken = false;
    const bindings = watchedEnv({
      before: (name) => {
        if (broken && /^(?:DB|USERS)/.test(name)) throw new Error("out of order");
      },
    });
    const forged = 'canary\r\n{"level":"info","forged":true}\u001b[2J';
    const secrets = [
      goodPassword,
      tokens.access_token,
      tokens.refresh_token,
      tokens.id_token,
      cookie,
      code,
      verifier,
      client.secret,
      "canary",
    ];
    const basic = `Basic ${btoa(`${client.clientId}:${client.secret}`)}`;
    const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(fields).toString(),
    });
    const requests: [string, RequestInit][] = [
      ["/api/auth/v1/login", jsonBody({ email: forged, password: goodPassword }, { "user-agent": "canary agent" })],
      ["/api/auth/v1/login", jsonBody({ email: user.email, password: "canary wrong" })],
      [
        "/token",
        form(
          {
            grant_type: "authorization_code",
            code,
            code_verifier: verifier,
            redirect_uri: "https://partner.test/callback",
          },
          { authorization: basic },
        ),
      ],
      [
        "/token",
        form({
          grant_type: "refresh_token",
          refresh_token: tokens.refresh_token,
          client_id: client.clientId,
          client_secret: "canary",
        }),
      ],
      ["/introspect", form({ token: tokens.access_token }, { authorization: `${basic}canary` })],
      ["/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}x` } }],
      ["/api/auth/v1/users/me", { headers: { cookie: `qt-auth=${cookie}canary` } }],
      ["/api/v1/sessions/verify", jsonBody({ session: cookie }, { "x-api-key": "canary-key" })],
      ["/admin/v1/realms", { headers: { authorization: "Bearer canary-admin-token" } }],
    ];
    const answers: string[] = [];
    for (const isBroken of [false, true])
      for (const [path, init] of requests) {
        broken = isBroken;
        const response = await requestIn(bindings, `${context.realm.issuer}${path}`, init);
        if (response.status >= 400) answers.push(await response.text());
      }
    await eventually(context.realm.id, ({ type }) => type === "client.authentication_failed");
    await eventually(context.realm.id, ({ type }) => type === "code.replayed");
    vi.restoreAllMocks();
    const events = JSON.stringify(await loggedIn(context.realm.id));
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
    for (const text of [lines.join("\n"), answers.join("\n"), events])
      for (const secret of secrets)
        expect(text.includes(secret), `${secret.slice(0, 12)} in ${text.slice(0, 200)}`).toBe(false);
  });
});
