import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { cookiesOf, makeClient, makeRealm, makeUser, request, signIn, type TestClient } from "../support/world.ts";
import { type FuzzInput, fuzzInput, jsonObject } from "./fuzz-input.ts";

const seed = 20_261_121;

/** Every route there is; "ALL" stands for middleware. */
const routes = [
  ...new Set(app.routes.filter((route) => route.method !== "ALL").map((route) => `${route.method} ${route.path}`)),
];

let context: RealmContext;
let client: TestClient;
let cookie: string;
const bugs: string[] = [];

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  cookie = await signIn(context, await makeUser(context));
  vi.spyOn(console, "error").mockImplementation((line) => bugs.push(String(line)));
});
afterAll(() => {
  vi.restoreAllMocks();
});

function send(
  route: string,
  { query, segment, headers, body }: FuzzInput,
  host = context.realm.authDomain,
): Promise<Response> {
  const [method = "GET", path = "/"] = route.split(" ");
  const url = `https://${host}${path.replaceAll(/:[^/]+/g, segment)}?${query}`;
  const sent = new Headers({ ...headers, ...(body.type === "" ? {} : { "content-type": body.type }) });
  return request(url, { method, headers: sent, ...(method === "GET" ? {} : { body: body.body }) });
}

const surfaceOf = (path: string): "oauth" | "session" | "split" | "fedcm" | "call" | "problem" | "any" => {
  if (/^\/(?:v1\/|api\/auth\/v1\/oauth\/)?(?:token|device_authorization|revoke|introspect|userinfo)$/.test(path))
    return "oauth";
  if (/^\/(?:v1|api\/auth\/v1\/oauth)\//.test(path)) return "any";
  if (path.startsWith("/api/auth/v1/")) return "session";
  if (path.startsWith("/api/auth/")) return "split";
  if (path.startsWith("/fedcm/")) return "fedcm";
  if (/^\/oauth\/method\/[^/]+\/call$|^\/api\/v1\/methods\/[^/]+$/.test(path)) return "call";
  return path.startsWith("/admin/v1/") ? "problem" : "any";
};

const members: Record<ReturnType<typeof surfaceOf>, RegExp> = {
  oauth: /^(?:code,)?error,error_description(?:,message)?$/,
  session: /^error,message$/,
  split: /^code,(?:fields,)?message$/,
  fedcm: /^error$/,
  call: /^rows$/,
  problem: /^code,(?:errors,)?request_id,status,title,type$/,
  any: /^code,(?:errors,)?request_id,status,title,type$|^error,message$|^(?:code,)?error,error_description(?:,message)?$/,
};

/** An address of the realm's own is as good as a path. */
function withoutOrigin(location: string | null): string | undefined {
  const { issuer } = context.realm;
  return location?.startsWith(`${issuer}/`) ? location.slice(issuer.length) : location?.toString();
}

/** No crash, nothing told, and a refusal in the shape of its surface. */
async function expectSound(route: string, response: Response): Promise<void> {
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  const body = await response.text();
  expect([route, status, status < 500]).toEqual([route, status, true]);
  expect(body).not.toMatch(/\bat [\w.<>]+ \(|SQLITE|D1_ERROR|RangeError|TypeError|node_modules|ZodError/);
  if (status >= 300 && status < 400)
    expect(withoutOrigin(headers.get("location"))).toMatch(/^\/(?![/\\])|^https:\/\/partner\.test\/callback[?#]/);
  if (status < 400) return;
  expect([route, headers.get("x-error-code")]).toEqual([route, expect.stringMatching(/^[A-Za-z_-]+$/)]);
  expect([route, headers.get("x-request-id")]).toEqual([route, expect.stringMatching(/^[\w-]{8,64}$/)]);
  expect(headers.get("cache-control")).toContain("no-store");
  if (type.startsWith("text/html")) return;
  expect([route, type]).toEqual([route, expect.stringMatching(/^application\/(?:problem\+)?json/)]);
  const keys = Object.keys(JSON.parse(body) as object)
    .sort()
    .join();
  // The token vault answers calls in rows (contract §6).
  if (/^POST \/(?:oauth\/method|api\/v1\/methods)\//.test(route) && keys === "rows") return;
  expect([route, keys]).toEqual([route, expect.stringMatching(members[surfaceOf(route.split(" ")[1] ?? "")])]);
}

/** How much is stored, by table. */
async function stored(): Promise<unknown> {
  const tables = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
  ).all<{ name: string }>();
  const counts: [string, unknown][] = [];
  for (const { name } of tables.results)
    counts.push([
      name,
      (await env.DB.prepare(`SELECT count(*) AS count FROM "${name}"`).first<{ count: number }>())?.count,
    ]);
  return [counts, (await env.GRANTS.list()).keys.map((key) => key.name)];
}

describe("garbage on every route (OWASP ASVS 16.5.1)", () => {
  it("FZ-01 there are routes to try", () => {
    expect(routes.length).toBeGreaterThan(30);
    for (const path of ["POST /api/auth/v1/login", "GET /authorize", "POST /consent"]) expect(routes).toContain(path);
  });

  it("FZ-01 is answered with a refusal, never a fault, and nothing is stored (1,200 requests of strangers)", async () => {
    const before = await stored();
    // Whoever asks to be a guest is one: what bounds that is not the request.
    const strangers = routes.filter((route) => route !== "POST /api/auth/login/guest");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...strangers), fuzzInput, async (route, input) => {
        await expectSound(route, await send(route, input));
      }),
      { seed, numRuns: 1200, endOnFailure: true },
    );
    expect(await stored()).toEqual(before);
    expect(bugs).toEqual([]);
  }, 120_000);

  it("FZ-01 is answered likewise to somebody who is signed in (500 requests)", async () => {
    const own = routes.filter((route) => !/logout|kick|sign-out/.test(route));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...own), fuzzInput, async (route, input) => {
        const headers = { ...input.headers, cookie: `qt-auth=${cookie}` };
        delete (headers as Record<string, string>)["x-qt-auth"];
        delete (headers as Record<string, string>).origin;
        await expectSound(route, await send(route, { ...input, headers }));
      }),
      { seed, numRuns: 500, endOnFailure: true },
    );
    expect(bugs).toEqual([]);
  }, 120_000);

  it("FZ-01 is answered likewise behind a client and a return address that exist (400 requests)", async () => {
    const known = { client_id: client.clientId, redirect_uri: "https://partner.test/callback", response_type: "code" };
    const visited = routes.filter((route) => /^GET .*(?:authorize|end-session)$/.test(route));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...visited), fuzzInput, async (route, input) => {
        const query = new URLSearchParams(Object.fromEntries(new URLSearchParams(input.query.slice(0, 8000))));
        for (const [name, value] of Object.entries(known)) query.set(name, value);
        await expectSound(route, await send(route, { ...input, query: query.toString() }));
      }),
      { seed, numRuns: 400, endOnFailure: true },
    );
    expect(bugs).toEqual([]);
  }, 120_000);

  it("FZ-01 is answered likewise in forms that carry this browser's token (400 requests)", async () => {
    const page = await request(`${context.realm.issuer}/sign-in`);
    const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    const own = `__Host-gatehouse-browser=${cookiesOf(page)["__Host-gatehouse-browser"]}`;
    const forms = ["POST /sign-in", "POST /sign-up", "POST /consent", "POST /sign-out"];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...forms), fuzzInput, async (route, input) => {
        const body = new URLSearchParams(input.query);
        body.set("csrf", csrf);
        const headers = { accept: "text/html", cookie: own };
        const type = "application/x-www-form-urlencoded";
        await expectSound(route, await send(route, { ...input, headers, body: { type, body: body.toString() } }));
      }),
      { seed, numRuns: 400, endOnFailure: true },
    );
    expect(bugs).toEqual([]);
  }, 120_000);

  it("FZ-01 is answered likewise in JSON objects of a signed-in user's own page (400 requests)", async () => {
    const posts = ["POST /api/auth/v1/signup", "POST /api/auth/v1/login", "POST /api/auth/v1/users/profile"];
    const about = await context.users.search(undefined, 0, 100);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...posts), jsonObject, async (route, text) => {
        const headers = { cookie: `qt-auth=${cookie}`, origin: context.realm.issuer };
        const input = { query: "", segment: "", headers, body: { type: "application/json", body: text } };
        await expectSound(route, await send(route, input));
      }),
      { seed, numRuns: 400, endOnFailure: true },
    );
    expect(bugs).toEqual([]);
    const after = await context.users.search(undefined, 0, 100);
    expect(after.map(({ id, email, roles, passwordHash }) => [id, email, roles, passwordHash])).toEqual(
      about.map(({ id, email, roles, passwordHash }) => [id, email, roles, passwordHash]),
    );
  }, 120_000);

  it("RL-06 ten thousand parameters, deep nesting and long texts are refused soon", async () => {
    const { issuer } = context.realm;
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const json = { "content-type": "application/json" };
    const manyFields = Array.from({ length: 10_000 }, (_, at) => `p${at}=1`).join("&");
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    const requests: [string, RequestInit, number][] = [
      ["/token", { headers: form, body: manyFields }, 413],
      ["/token", { headers: form, body: Array.from({ length: 5000 }, () => "a=1").join("&") }, 400],
      ["/sign-in", { headers: form, body: manyFields.slice(0, 60_000) }, 400],
      ["/api/auth/v1/login", { headers: json, body: deep }, 400],
      ["/api/auth/v1/login", { headers: json, body: `{"email":${deep}}` }, 422],
      [
        "/api/auth/v1/signup",
        { headers: json, body: JSON.stringify({ email: `${"a.".repeat(25_000)}@x`, password: "p" }) },
        422,
      ],
      [
        "/api/auth/v1/login",
        { headers: json, body: `{"email":"${"(a+)+".repeat(10_000)}","password":"${"p".repeat(10_000)}"}` },
        401,
      ],
      ["/api/auth/v1/signup", { headers: json, body: " ".repeat(10_000_000) }, 413],
    ];
    for (const [path, init, status] of requests) {
      const started = performance.now();
      const response = await request(issuer + path, { method: "POST", ...init });
      expect([path, response.status]).toEqual([path, status]);
      expect(performance.now() - started).toBeLessThan(10_000);
      await response.body?.cancel();
    }
  });
});
