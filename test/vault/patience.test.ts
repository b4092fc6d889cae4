import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { bearer, call, makeVault, rowOf, theCall, type Vault } from "./calling.ts";

let vault: Vault;
let at: string;
let tokens: Vault;
const seen: { method: string; url: string; authorization: string | null; body: string; type: string | null }[] = [];
let answers: ((request: Request) => Response | Promise<Response>)[] = [];
let refreshes = 0;

beforeAll(async () => {
  stubInternet();
  vault = await makeVault({ settings: { api_hosts: ["one.patience.example.com", "two.patience.example.com"] } });
  at = "https://one.patience.example.com";
  for (const host of ["one", "two"]) standUp(`${host}.patience.example.com`, (sent) => record(sent));
  tokens = await makeVault({ secrets: bearer("old-access-token-0123", "a-refresh-token") });
  standUp(tokens.host, (sent) => record(sent));
  standUp("evil.example.net", () => Response.json({ stolen: true }));
  standUp("accounts.example.com", async () => {
    refreshes++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return Response.json({ access_token: "new-access-token-0123", token_type: "Bearer", expires_in: 3600 });
  });
});
afterEach(() => {
  seen.length = 0;
  answers = [];
  refreshes = 0;
});

async function record(sent: Request): Promise<Response> {
  const { method, url, headers } = sent;
  const body = await sent.clone().text();
  seen.push({ method, url, authorization: headers.get("authorization"), body, type: headers.get("content-type") });
  return (answers.length > 1 ? answers.shift() : answers[0])?.(sent) ?? Response.json({ ok: true });
}

const fine = () => Response.json({ fine: true });
const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response("", { status: code, headers });
const to = (code: number, location: string) => status(code, { location });

describe("a provider that asks for patience (RFC 9110 §9.2.2, §10.2.3)", () => {
  it.each([
    ["GET after 429 with Retry-After", { method: "GET" }, [status(429, { "retry-after": "0" }), fine], 2],
    ["GET after two 503", { method: "GET" }, [status(503), status(503), fine], 3],
    ["DELETE after 502", { method: "DELETE" }, [status(502), fine], 2],
    ["PUT after 500", { method: "PUT", payload: { a: 1 } }, [status(500), fine], 2],
    [
      "POST with an Idempotency-Key",
      { method: "POST", payload: {}, headers: { "idempotency-key": "k" } },
      [status(503), fine],
      2,
    ],
    ["GET when the connection fails", { method: "GET" }, [() => Promise.reject(new TypeError("reset")), fine], 2],
  ])("tries %s again", async (_, body, given, tries) => {
    answers = given;
    expect(await theCall(vault, { url: `${at}/x`, ...body })).toMatchObject({
      pincStatus: "success",
      data: { fine: true },
    });
    expect(seen).toHaveLength(tries);
    expect(new Set(seen.map((each) => each.body)).size).toBe(1);
  });

  it.each([
    ["a POST", { method: "POST", payload: { a: 1 } }, status(503), 503, 1],
    ["a PATCH", { method: "PATCH", payload: { a: 1 } }, status(429, { "retry-after": "0" }), 429, 1],
    ["longer than the call may take", { method: "GET" }, status(429, { "retry-after": "3600" }), 429, 1],
    [
      "until a date that is far",
      { method: "GET" },
      status(503, { "retry-after": "Fri, 31 Dec 2100 23:59:59 GMT" }),
      503,
      1,
    ],
    ["what is not implemented", { method: "GET" }, status(501), 501, 1],
    ["for ever", { method: "GET" }, status(503, { "retry-after": "0" }), 503, limits.vaultTries],
    ["a POST whose connection fails", { method: "POST" }, () => Promise.reject(new TypeError("reset")), 502, 1],
  ])("does not repeat %s", async (_, body, given, statusCode, tries) => {
    answers = [given];
    expect(await theCall(vault, { url: `${at}/x`, ...body })).toMatchObject({ pincStatus: "error", statusCode });
    expect(seen).toHaveLength(tries);
  });
});

describe("a provider that redirects (RFC 9110 §15.4)", () => {
  it.each([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [303, "HEAD", "HEAD", ""],
    [307, "POST", "POST", '{"a":1}'],
    [308, "PUT", "PUT", '{"a":1}'],
  ])("follows %i after %s with %s to another host of its own, token and all", async (code, method, then, body) => {
    answers = [to(code, "https://two.patience.example.com/there?x=1#part"), fine];
    const payload = method === "HEAD" ? {} : { payload: { a: 1 } };
    expect((await theCall(vault, { url: `${at}/x`, method, ...payload })).pincStatus).toBe("success");
    expect(seen[1]).toMatchObject({ method: then, url: "https://two.patience.example.com/there?x=1", body });
    expect(seen[1]?.authorization).toBe(seen[0]?.authorization);
    expect(seen[1]?.type).toBe(body === "" ? null : "application/json");
  });

  it.each([
    "https://evil.example.net/",
    "//evil.example.net/",
    "http://one.patience.example.com/",
    "https://one.patience.example.com:8443/",
    "https://user@one.patience.example.com/",
    "https://one.patience.example.com@evil.example.net/",
    "https://one.patience.example.com.evil.example.net/",
    "\\\\evil.example.net/",
    "https://evil.example.net\\@one.patience.example.com/",
    "https://one.patience.example.com./",
    "javascript:alert(1)",
    "data:text/plain,x",
    "ftp://one.patience.example.com/",
    "http://127.0.0.1/",
    "https://[",
  ])("SS-02 does not follow it to %s", async (location) => {
    answers = [to(307, location), fine];
    expect(await theCall(vault, { url: `${at}/x` })).toMatchObject({
      pincStatus: "error",
      statusCode: 502,
      data: null,
    });
    expect(seen).toHaveLength(1);
  });

  it("gives up after three redirects", async () => {
    answers = [to(302, "/again")];
    expect(await theCall(vault, { url: `${at}/x` })).toMatchObject({ pincStatus: "error", statusCode: 502 });
    expect(seen).toHaveLength(1 + limits.vaultRedirects);
  });
});

describe("a provider that does not take the token (S3.6)", () => {
  it("has it refreshed once for a hundred calls, and all of them succeed", async () => {
    answers = [
      (sent) => (sent.headers.get("authorization") === "Bearer new-access-token-0123" ? fine() : status(401)()),
    ];
    const rows = await Promise.all(
      Array.from({ length: 100 }, () => theCall(tokens, { url: `https://${tokens.host}/x` })),
    );
    expect(rows.filter((row) => row.pincStatus === "success")).toHaveLength(100);
    expect(refreshes).toBe(1);
  });

  it("is asked once more and not for ever, and is believed where nothing can be refreshed", async () => {
    answers = [status(401)];
    expect(await theCall(vault, { url: `${at}/x` })).toMatchObject({ pincStatus: "error", statusCode: 401 });
    expect(seen).toHaveLength(1);
    seen.length = 0;
    expect(await theCall(tokens, { url: `https://${tokens.host}/x` })).toMatchObject({
      pincStatus: "error",
      statusCode: 401,
    });
    expect(seen.length).toBeLessThanOrEqual(2);
  });
});

describe("answers as streams", () => {
  const streaming = { "x-pinc-response-as": "stream" };

  it("passes bytes, status, type, length, range and etag on, as a file and nothing else", async () => {
    const headers = {
      "content-type": "text/html",
      "content-range": "bytes 0-3/10",
      etag: '"e"',
      "set-cookie": "a=b",
      "www-authenticate": "Bearer",
      "content-disposition": 'inline; filename="a.jpg"',
      "access-control-allow-origin": "*",
    };
    answers = [() => new Response("abcd", { status: 206, headers })];
    const response = await call(vault, { url: `${at}/x` }, { ...streaming, range: "bytes=0-3" });
    expect(response.status).toBe(206);
    expect(await response.text()).toBe("abcd");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/html",
      "content-range": "bytes 0-3/10",
      etag: '"e"',
      "content-disposition": 'attachment; filename="a.jpg"',
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
      "cache-control": "private, no-store",
      "x-pinc-status": "success",
    });
    for (const name of ["set-cookie", "www-authenticate", "access-control-allow-origin"])
      expect(response.headers.get(name)).toBeNull();
  });

  it("streams more than a row may hold, and tells in a row that it is too much (SS-04)", async () => {
    const size = limits.vaultAnswerBytes + 1;
    answers = [() => new Response(new Uint8Array(size))];
    const streamed = await call(vault, { url: `${at}/x` }, streaming);
    expect((await streamed.arrayBuffer()).byteLength).toBe(size);
    expect(await theCall(vault, { url: `${at}/x` })).toMatchObject({
      pincStatus: "error",
      statusCode: 502,
      data: null,
    });
  });

  it("answers 502 where there is nothing to stream, and leaves the provider when the caller leaves", async () => {
    answers = [() => Promise.reject(new TypeError("reset"))];
    const failed = await call(vault, { url: `${at}/x`, method: "POST" }, streaming);
    expect([failed.status, (await rowOf(failed)).code]).toEqual([502, "API_ERROR"]);
    let left = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
      cancel: () => {
        left = true;
      },
    });
    answers = [() => new Response(endless)];
    const response = await call(vault, { url: `${at}/x` }, streaming);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await vi.waitFor(() => expect(left).toBe(true), 3000);
  });
});
