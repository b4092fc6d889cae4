import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Bindings } from "../../src/config/env.ts";
import { limits } from "../../src/config/limits.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { decodeBase64Url, fromUtf8 } from "../../src/lib/base64url.ts";
import { called, standUp, stubInternet } from "../support/upstream.ts";
import { requestIn } from "../support/watched-env.ts";
import { jsonBody, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { bearer, expectRefusal, login, type OAuthToken } from "./support.ts";

const host = "orders.example.com";
/** The last request that the service got. */
let got: Request;

let context: RealmContext;
let token: OAuthToken;
let cookie: string;
beforeAll(async () => {
  stubInternet();
  context = await makeRealm({
    gateway: {
      services: {
        orders: { origin: `https://${host}` },
        away: { origin: "https://away.example.com" },
        slow: { origin: "https://slow.example.com" },
        metadata: { origin: "https://169.254.169.254" },
        bound: { binding: "SERVICE_BOUND" },
        unbound: { binding: "SERVICE_UNBOUND" },
      },
    },
  });
  const user = await makeUser(context);
  token = await login(context, user);
  cookie = await signIn(context, user);
});
beforeEach(() => {
  called.length = 0;
  standUp(host, (sent) => {
    got = sent;
    return new Response("served", { status: 201, headers: { "content-type": "text/plain" } });
  });
});

const at = (path: string): string => `${context.realm.issuer}/gateway${path}`;
const through = (path: string, init: RequestInit = {}, headers: Record<string, string> = {}): Promise<Response> =>
  request(at(path), { ...init, headers: { ...bearer(token.accessToken), ...headers } });

describe("ALL /gateway/:service/* (contract §4)", () => {
  it("S4.2 S4.3 gives the service the user's context and the whole token, and the caller its answer", async () => {
    let sent = "";
    standUp(host, async (request) => {
      got = request;
      sent = await request.text();
      return new Response("served", { status: 201 });
    });
    const response = await through("/orders/v1/list%2Fall?page=2&q=%C3%A4", { method: "PUT", body: "a body" });
    expect([response.status, await response.text()]).toEqual([201, "served"]);
    expect([got.method, got.url]).toEqual(["PUT", `https://${host}/v1/list%2Fall?page=2&q=%C3%A4`]);
    expect(sent).toBe("a body");
    expect(got.headers.get("authorization")).toMatch(new RegExp(`^Bearer [^.]+\\.[^.]+\\.${token.accessToken}$`));
    const told = JSON.parse(
      fromUtf8(decodeBase64Url(got.headers.get("x-user-context") ?? "") ?? new Uint8Array()) ?? "",
    );
    expect(told).toMatchObject({ id: token.userId, clientId: "own", user: { roles: ["user"], guest: false } });
    expect(told.authorization).toBeUndefined();
    expect(got.headers.get("x-forwarded-host")).toBe(new URL(context.realm.issuer).host);
    expect(got.headers.get("x-forwarded-prefix")).toBe("/gateway/orders");
  });

  it("without a path it is the service's root", async () => {
    await through("/orders");
    expect(got.url).toBe(`https://${host}/`);
  });

  it("MR-07 what the caller says of itself, and its credentials, do not reach the service", async () => {
    const forged = {
      "x-user-context": "eyJpZCI6IjEifQ",
      "X-User-Context": "eyJpZCI6IjEifQ",
      cookie: `qt-auth=${cookie}; other=1`,
      "x-qt-auth": cookie,
      "x-api-key": "gk_x",
      "x-forwarded-for": "10.0.0.1",
      "x-forwarded-host": "evil.test",
      forwarded: "for=10.0.0.1",
      "x-real-ip": "10.0.0.1",
      "true-client-ip": "10.0.0.1",
      x_user_context: "eyJpZCI6IjEifQ",
      "x-user_context": "eyJpZCI6IjEifQ",
      x_forwarded_for: "10.0.0.1",
      x_request_id: "forged",
      connection: "keep-alive, x-dropped",
      "x-dropped": "1",
      te: "trailers",
      "proxy-authorization": "Basic eDp5",
      "x-kept": "kept",
    };
    expect((await through("/orders/", {}, forged)).status).toBe(201);
    for (const name of ["cookie", "x-qt-auth", "x-api-key", "forwarded", "x-real-ip", "x-dropped", "te"])
      expect(got.headers.get(name), name).toBeNull();
    for (const name of ["proxy-authorization", "connection", "x-forwarded-for"])
      expect(got.headers.get(name), name).toBeNull();
    expect([...got.headers.keys()].filter((name) => name.includes("_") || name === "true-client-ip")).toEqual([]);
    expect(got.headers.get("x-kept")).toBe("kept");
    expect(got.headers.get("x-user-context")).not.toContain("eyJpZCI6IjEifQ");
    expect(got.headers.get("x-forwarded-host")).toBe(new URL(context.realm.issuer).host);
  });

  it("WB-01 a service says nothing for this host: no cookie, no user, no page with scripts", async () => {
    standUp(host, () => {
      const headers = new Headers({
        "content-type": "text/html",
        "x-user-context": "eyJpZCI6IjEifQ",
        "content-security-policy": "default-src *",
        "service-worker-allowed": "/",
        "clear-site-data": '"cookies"',
        "access-control-allow-origin": "*",
        etag: '"1"',
      });
      headers.append("set-cookie", "qt-auth=planted; Path=/");
      return new Response("<script>alert(1)</script>", { headers });
    });
    const { headers, status } = await through("/orders/");
    expect([status, headers.getSetCookie(), headers.get("etag")]).toEqual([200, [], '"1"']);
    for (const name of ["x-user-context", "service-worker-allowed", "clear-site-data", "access-control-allow-origin"])
      expect(headers.get(name), name).toBeNull();
    expect(headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("SE-08 no cookie lets anybody through, and without a token nobody learns which services there are", async () => {
    for (const path of ["/orders/", "/nowhere/"]) {
      const bare = await request(at(path), { headers: { cookie: `qt-auth=${cookie}`, "x-qt-auth": cookie } });
      await expectRefusal(bare, 401, "access-token-invalid");
      await expectRefusal(await request(at(path), { headers: bearer("A".repeat(86)) }), 401, "access-token-invalid");
    }
    for (const name of ["nowhere", "constructor", "__proto__", "orders%2F..", "ORDERS"])
      await expectRefusal(await through(`/${name}/`), 404, "not-found");
    expect(called).toEqual([]);
  });

  it("SS-01 the path cannot lead to another host, nor a setting to a private one", async () => {
    const paths = [
      "/orders//evil.test/x",
      "/orders/@evil.test",
      "/orders/..%2f..",
      "/orders/%5Cevil.test",
      // Written otherwise, the service's name is longer than it is.
      "/%6Frders/.evil.test",
      "/%6F%72%64%65%72%73",
    ];
    for (const path of paths) expect((await through(path)).status, path).toBe(201);
    expect(called.map((url) => new URL(url).host)).toEqual(paths.map(() => host));
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await expectRefusal(await through("/metadata/latest"), 502, "gateway-unreachable");
    log.mockRestore();
    expect(called).toHaveLength(paths.length);
  });

  it("SS-02 a redirect is the caller's to follow", async () => {
    standUp(host, () => new Response(null, { status: 302, headers: { location: "https://169.254.169.254/" } }));
    const response = await through("/orders/");
    expect([response.status, response.headers.get("location")]).toEqual([302, "https://169.254.169.254/"]);
    expect(called).toHaveLength(1);
  });

  it("a service that is away or slow is a clear error (RFC 9110 §15.6.3, §15.6.5)", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await expectRefusal(await through("/away/"), 502, "gateway-unreachable");
    await expectRefusal(await through("/unbound/"), 502, "gateway-unreachable");
    standUp("slow.example.com", (sent) => new Promise((_, reject) => sent.signal.addEventListener("abort", reject)));
    const patience = vi.spyOn(limits, "gatewayTimeoutMs", "get" as never).mockReturnValue(50 as never);
    await expectRefusal(await through("/slow/"), 504, "gateway-timeout");
    patience.mockRestore();
    expect(log.mock.calls.join(" ")).not.toContain(token.accessToken);
    log.mockRestore();
  });

  it("streams both ways: each piece arrives before the next one is sent", async () => {
    standUp(host, (sent) => new Response(sent.body, { headers: { "content-type": "application/octet-stream" } }));
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const answering = through("/orders/", { method: "POST", body: readable });
    const first = writer.write(new TextEncoder().encode("one"));
    const reader = ((await answering).body as ReadableStream<Uint8Array>).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toBe("one");
    await first;
    const second = writer.write(new TextEncoder().encode("two"));
    expect(await read()).toBe("two");
    await Promise.all([second, writer.close()]);
    expect((await reader.read()).done).toBe(true);
  });

  it("S4.7 SE-07 a kick closes it with the next request", async () => {
    const user = await makeUser(context);
    const mine = await login(context, user);
    const headers = bearer(mine.accessToken);
    expect((await request(at("/orders/"), { headers })).status).toBe(201);
    const kick = jsonBody({}, { cookie: `qt-auth=${await signIn(context, user)}` });
    expect((await request(`${context.realm.issuer}/api/auth/v1/kick`, kick)).status).toBe(200);
    called.length = 0;
    await expectRefusal(await request(at("/orders/"), { headers }), 401, "access-token-invalid");
    expect(called).toEqual([]);
  });

  it("reaches a Worker that is bound to this one, which no realm can name but by SERVICE_", async () => {
    let seen = "";
    const worker = {
      fetch: async (sent: Request) => {
        seen = `${sent.method} ${sent.url} ${sent.headers.get("x-user-context")?.length !== undefined}`;
        return new Response("bound");
      },
    };
    const bindings = { ...env, SERVICE_BOUND: worker } as unknown as Bindings;
    const response = await requestIn(bindings, at("/bound/a?b"), { headers: bearer(token.accessToken) });
    expect([response.status, await response.text()]).toEqual([200, "bound"]);
    expect(seen).toBe("GET https://bound.internal/a?b true");
    for (const binding of ["DB", "USERS", "GRANTS", "service_x"])
      await expect(makeRealm({ gateway: { services: { x: { binding } } } })).rejects.toThrow();
  });

  it("passes WebSockets through", async () => {
    standUp(host, (sent) => {
      expect(sent.headers.get("upgrade")).toBe("websocket");
      const { 0: theirs, 1: ours } = new WebSocketPair();
      ours.accept();
      ours.addEventListener("message", ({ data }) => ours.send(`echo ${data}`));
      const headers = { "sec-websocket-protocol": "v2", "set-cookie": "qt-auth=planted" };
      return new Response(null, { status: 101, webSocket: theirs, headers });
    });
    const response = await through("/orders/socket", {}, { upgrade: "websocket", "sec-websocket-protocol": "v1, v2" });
    expect([response.status, response.headers.get("sec-websocket-protocol")]).toEqual([101, "v2"]);
    expect(response.headers.getSetCookie()).toEqual([]);
    const socket = response.webSocket;
    socket?.accept();
    const heard = new Promise((resolve) => socket?.addEventListener("message", ({ data }) => resolve(data)));
    socket?.send("hello");
    expect(await heard).toBe("echo hello");
    socket?.close();
    expect((await request(at("/orders/socket"), { headers: { upgrade: "websocket" } })).status).toBe(401);
  });
});
