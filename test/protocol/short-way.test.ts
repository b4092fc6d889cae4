import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import worker from "../../src/index.ts";
import { basicAuth, makeClient, makeRealm, request, type TestClient } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
  await request(`${context.realm.issuer}/jwks.json`);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const execution = { waitUntil: () => undefined } as unknown as ExecutionContext;

type Incoming = Request<unknown, IncomingRequestCfProperties>;

interface Asked {
  readonly path?: string;
  readonly form?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

function post(url: string, form: Record<string, string>, headers: Record<string, string>): Incoming {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return new Request(url, { method: "POST", body: `${new URLSearchParams(form)}`, headers: { ...type, ...headers } });
}

function ask({ path = "/token", form = { grant_type: "client_credentials" }, headers = {} }: Asked): Incoming {
  return post(`${context.realm.issuer}${path}`, form, { authorization: basicAuth(client), ...headers });
}

/** What an answer says, without what differs from one to the next. */
async function told(response: Response) {
  const { "x-request-id": _, ...headers } = Object.fromEntries(response.headers);
  const body: Record<string, unknown> = JSON.parse(await response.text());
  return { status: response.status, headers, body: { ...body, access_token: typeof body.access_token } };
}

const answered: [string, number, Asked][] = [
  ["a token for the client", 200, {}],
  ["a token below /v1", 200, { path: "/v1/token" }],
  ["a token below /api/auth/v1/oauth", 200, { path: "/api/auth/v1/oauth/token" }],
  ["what is known of a token", 200, { path: "/introspect", form: { token: "none" } }],
];

const refusals: [string, number, Asked][] = [
  ["a wrong secret", 401, { headers: { authorization: `Basic ${btoa("nobody:nothing")}` } }],
  ["a grant that there is not", 400, { form: { grant_type: "password" } }],
  ["a scope that is not the client's", 400, { form: { grant_type: "client_credentials", scope: "everything" } }],
  ["a proof that is none", 400, { headers: { dpop: "a.b.c" } }],
  ["a body that is no form", 400, { headers: { "content-type": "application/json" } }],
  ["a body that is too large", 413, { form: { grant_type: "x".repeat(200_000) } }],
  ["nothing to look at", 400, { path: "/introspect", form: { nothing: "here" } }],
];

describe("what programs ask for most, on the short way (RFC 6749 §3.2, RFC 7662 §2)", () => {
  it.each(answered)("META-10 answers %s as the ordinary way does, and without it", async (_, status, asked) => {
    const ordinary = await told(await app.fetch(ask(asked), env, execution));
    const ordinarily = vi.spyOn(app, "fetch");
    const short = await told(await worker.fetch(ask(asked), env, execution));
    expect(ordinarily).not.toHaveBeenCalled();
    expect(short).toEqual(ordinary);
    expect(short.status).toBe(status);
    expect(short.headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  });

  it.each(refusals)("refuses %s as the ordinary way does, and looks at it once", async (_, status, asked) => {
    const ordinary = await told(await app.fetch(ask(asked), env, execution));
    const ordinarily = vi.spyOn(app, "fetch");
    const short = await told(await worker.fetch(ask(asked), env, execution));
    // A body that is read already could not be read again: a second try would be refused for that.
    expect(ordinarily).toHaveBeenCalledTimes(1);
    expect(short).toEqual(ordinary);
    expect(short.status).toBe(status);
  });

  it("DP-08 puts what a refused request is told to bring on the refusal (RFC 9449 §8)", async () => {
    const strict = await makeRealm({ dpop_nonce: "required" });
    const url = `${strict.realm.issuer}/token`;
    await request(`${strict.realm.issuer}/jwks.json`);
    const asked = post(url, { grant_type: "client_credentials" }, { dpop: "a.b.c" });
    const refused = await worker.fetch(asked, env, execution);
    expect(refused.status).toBe(400);
    expect(refused.headers.get("dpop-nonce")).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]{20,128}$/);
  });

  const others: [string, number, () => Incoming][] = [
    ["another method", 405, () => new Request(ask({}).url)],
    [
      "a preflight",
      204,
      () => new Request(ask({}).url, { method: "OPTIONS", headers: { origin: "https://evil.test" } }),
    ],
    ["a page elsewhere", 200, () => ask({ headers: { origin: "https://evil.test" } })],
    ["a query", 200, () => ask({ path: "/token?a=b" })],
    ["a host that is nobody's", 404, () => post("https://nobody.test/token", {}, {})],
  ];
  it.each(others)("RC-02 leaves %s to the ordinary way", async (_, status, make) => {
    const ordinarily = vi.spyOn(app, "fetch");
    const answer = await worker.fetch(make(), env, execution);
    expect(ordinarily).toHaveBeenCalledTimes(1);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("RE-19 serves nothing without usable secrets", async () => {
    const answer = await worker.fetch(ask({}), { ...env, ADMIN_TOKEN: "" } as typeof env, execution);
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain("access_token");
  });

  it("counts each request once, by its endpoint and its realm", async () => {
    const points: AnalyticsEngineDataPoint[] = [];
    const METRICS = { writeDataPoint: (point: AnalyticsEngineDataPoint) => void points.push(point) };
    const counted = { ...env, METRICS } as typeof env;
    await worker.fetch(ask({}), counted, execution);
    await worker.fetch(ask({ form: { grant_type: "password" } }), counted, execution);
    expect(points.map(({ indexes, blobs }) => [indexes?.[0], ...(blobs ?? [])])).toEqual([
      [context.realm.id, "POST", "/token", "2xx", ""],
      [context.realm.id, "POST", "/token", "4xx", "unsupported_grant_type"],
    ]);
  });
});
