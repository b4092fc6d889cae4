import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError } from "./session-api.ts";

let context: RealmContext;
let cookie: string;

beforeAll(async () => {
  context = await makeRealm();
  cookie = await signIn(context, await makeUser(context, { name: "Switch Secret" }));
});

const send = (method: string, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  request(`${context.realm.issuer}${path}`, { method, headers: { cookie: `qt-auth=${cookie}`, ...headers } });

const api = "/api/auth/v1";

const methodsOf: [string, string][] = [
  ["/authorize", "GET, POST"],
  ["/v1/authorize", "GET, POST"],
  ["/api/auth/v1/oauth/authorize", "GET, POST"],
  ["/end-session", "GET, POST"],
  ["/authorize/resume", "GET"],
  ["/sign-in", "GET, POST"],
  ["/sign-up", "GET, POST"],
  ["/sign-out", "POST"],
  ["/consent", "POST"],
  [`${api}/signup`, "POST"],
  [`${api}/users/me`, "GET, DELETE"],
  [`${api}/users/profile`, "POST"],
  [`${api}/sessions`, "GET"],
  [`${api}/sessions/validate`, "GET"],
  [`${api}/kick`, "GET, POST"],
  [`${api}/logout`, "GET"],
];

describe("methods (RFC 9110 §9, §15.5.6)", () => {
  it.each(methodsOf)("FZ-02 %s answers others than %s with 405 and names them", async (path, allowed) => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "TRACE"]) {
      if (allowed.split(", ").includes(method)) continue;
      const response = await send(method, path);
      expect([method, response.status, response.headers.get("allow")]).toEqual([method, 405, allowed]);
      expect(response.headers.get("x-error-code")).toBe("method-not-allowed");
      expect(response.headers.get("x-request-id")).toMatch(/./);
    }
  });

  it.each([
    ["/authorize", "GET, POST"],
    ["/end-session", "GET, POST"],
    ["/authorize/resume", "GET"],
    ["/sign-out", "POST"],
    ["/consent", "POST"],
    [`${api}/logout`, "GET"],
    [`${api}/kick`, "GET, POST"],
    [`${api}/signup`, "POST"],
    [`${api}/users/profile`, "POST"],
  ])("HEAD never consumes: %s does not take it", async (path, allowed) => {
    const response = await send("HEAD", path);
    expect([response.status, response.headers.get("allow"), await response.text()]).toEqual([405, allowed, ""]);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("HEAD looks where GET only looks", async () => {
    for (const path of ["/sign-in", "/", `${api}/users/me`, `${api}/sessions`]) {
      const response = await send("HEAD", path);
      expect([response.status, await response.text()]).toEqual([200, ""]);
    }
  });

  it("FZ-02 does not take the method from a header, a parameter or a body", async () => {
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override"])
      expect((await send("POST", `${api}/logout?_method=GET`, { [name]: "GET" })).status).toBe(405);
    expect((await send("GET", `${api}/users/me`)).status).toBe(200);
  });
});

describe("paths (Hono, serveStatic bypass class; OWASP ASVS 1.5.3)", () => {
  const guarded = `${api}/users/me`;

  it.each([
    `/${guarded}`,
    `${guarded}/`,
    `${guarded}//`,
    "/api//auth/v1/users/me",
    "/api/auth/v1//users/me",
    `${guarded}/.`,
    `${guarded};x`,
    `${guarded};.js`,
    `${guarded}.js`,
    `${guarded}.css`,
    `${guarded}/x.css`,
    `${guarded}%2f`,
    `${guarded}%00`,
    `${guarded}%20`,
    `${guarded}%0a`,
    `${guarded}%3f`,
    `${guarded}.`,
    `${guarded}\\`,
    "/api/auth/v1/users%2fme",
    "/api/auth/v1/users%5cme",
    "/API/AUTH/V1/USERS/ME",
    "/api/auth/v1/users/ME",
    "/api/auth/v1/users/%c0%ae%c0%ae/me",
    "/api/auth/v1/users/m%ff",
    "/%2e%2e/api/auth/v1/users/me;x",
    "/api/auth/V1/users/me",
    "/public/..;/api/auth/v1/users/me",
  ])(
    "FZ-04 WB-06 %s is not another spelling of /users/me: nothing personal is answered, nothing is cacheable",
    async (path) => {
      const response = await send("GET", path);
      const text = await response.text();
      expect(text).not.toContain("Switch Secret");
      expect([404, 405]).toContain(response.status);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-error-code")).toMatch(/./);
    },
  );

  it("FZ-04 a spelling that the URL standard makes the same is guarded the same", async () => {
    for (const path of [
      "/x/../api/auth/v1/users/me",
      "/./api/auth/v1/users/me",
      "/%2e/api/auth/v1/users/me",
      "/api/auth/v1/users/%6de",
    ]) {
      const withSession = await send("GET", path);
      expect(withSession.status).toBe(200);
      expect(withSession.headers.get("cache-control")).toBe("private,no-cache,no-store");
      await expectError(await request(`${context.realm.issuer}${path}`), 403, "session-required");
    }
  });

  it.each([
    "/nothing",
    "/.git/config",
    "/.env",
    "/wrangler.toml",
    "/__scheduled",
    "/cdn-cgi/handler/scheduled",
    "/cdn-cgi/mf/scheduled",
    "/index.js.map",
    "/server-status",
    "/metrics",
    "/debug",
    "/robots.txt",
    "/api",
    "/api/auth",
    "/api/auth/v1",
    "/api/auth/v1/",
    "/api/auth/v1/users",
    "/api/auth/v1/users/1",
    "/api/auth/v2/users/me",
    "/v1",
    "/authorize/",
    "/authorize/x",
    "/sign-in/x",
    "/%",
    "/%zz",
    "/%00",
    "/😀",
    `/${"a".repeat(8000)}`,
    `/${"a/".repeat(2000)}`,
  ])("FZ-08 there is nothing at %s", async (path) => {
    const response = await send("GET", path);
    expect([response.status, response.headers.get("x-error-code")]).toEqual([404, "not-found"]);
    expect(await response.text()).not.toMatch(/Switch Secret|\bat [\w.<>]+ \(/);
  });

  it("shows a page to a browser that went astray, and JSON to a program, in the shape of the surface", async () => {
    const page = await send("GET", "/nothing", { accept: "text/html", "sec-fetch-mode": "navigate" });
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
    const asked = await send("GET", "/nothing", { accept: "text/html", "sec-fetch-mode": "cors" });
    expect(asked.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const problem = await send("GET", "/nothing", { accept: "*/*", "sec-fetch-mode": "cors" });
    expect(problem.headers.get("content-type")).toBe("application/problem+json");
    expect(await problem.json()).toMatchObject({
      status: 404,
      code: "not-found",
      request_id: problem.headers.get("x-request-id"),
    });
    await expectError(
      await send("GET", `${api}/nothing`, { accept: "text/html", "sec-fetch-mode": "navigate" }),
      404,
      "not-found",
    );
  });
});
