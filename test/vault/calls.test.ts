import { beforeAll, describe, expect, it } from "vitest";
import { standUp, stubInternet } from "../support/upstream.ts";
import { jsonBody, makeClient, makeRealm, makeUser, request } from "../support/world.ts";
import { accessToken, call, keysOf, makeVault, rowOf, theCall, type Vault } from "./calling.ts";
import { fresh, last, record, seen } from "./recorder.ts";

let vault: Vault;
let at: string;

beforeAll(async () => {
  stubInternet();
  vault = await makeVault();
  at = `https://${vault.host}`;
  standUp(vault.host, record);
});

describe("what a call sends", () => {
  it("S3.10 carries the user's access token to the provider, and gives its answer as a row (contract §6, RFC 6750 §2.1)", async () => {
    fresh(() => Response.json({ photos: [1, 2] }, { headers: { etag: '"v1"', "set-cookie": "a=b", "x-secret": "1" } }));
    const response = await call(vault, {
      url: `${at}/v1/photos?a=1`,
      method: "get",
      queryString: { q: "a b&c", n: [1, true] },
    });
    expect(response.status).toBe(200);
    expect(last()).toMatchObject({ method: "GET", url: `${at}/v1/photos?a=1&q=a+b%26c&n=1&n=true`, text: "" });
    expect(last().headers.authorization).toBe(`Bearer ${accessToken}`);
    const row = await rowOf(response);
    expect(row).toMatchObject({ pincStatus: "success", statusCode: 200, data: { photos: [1, 2] }, encoding: "json" });
    expect(row.callId).toMatch(/^call_[0-9a-z]{9}_[\w-]{16}$/);
    expect(row.headers).toEqual({ etag: '"v1"' });
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(response.headers.get("x-pinc-status")).toBe("success");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each([
    ["JSON by itself", { payload: { a: [1, null] } }, "application/json", '{"a":[1,null]}'],
    [
      "JSON of another kind",
      { payload: { a: 1 }, headers: { "Content-Type": "application/merge-patch+json" } },
      "application/merge-patch+json",
      '{"a":1}',
    ],
    [
      "JSON that is a text already",
      { payload: '{"a":1}', headers: { "content-type": "application/json" } },
      "application/json",
      '{"a":1}',
    ],
    [
      "a form",
      { payload: { a: "1 2", b: ["x", 3] }, headers: { "content-type": "application/x-www-form-urlencoded" } },
      "application/x-www-form-urlencoded",
      "a=1+2&b=x&b=3",
    ],
    ["a text", { payload: "hällo" }, "text/plain;charset=utf-8", "hällo"],
    ["XML", { payload: "<a/>", headers: { "content-type": "application/xml" } }, "application/xml", "<a/>"],
    [
      "bytes",
      { payload: { encoding: "base64", content: btoa("\x00\x01ok") }, headers: { "content-type": "image/png" } },
      "image/png",
      "\x00\x01ok",
    ],
  ])("sends %s", async (_, body, type, text) => {
    fresh();
    expect((await theCall(vault, { url: `${at}/x`, method: "POST", ...body })).pincStatus).toBe("success");
    expect([last().method, last().headers["content-type"], last().text]).toEqual(["POST", type, text]);
  });

  it("sends files and fields as multipart/form-data (RFC 7578)", async () => {
    fresh();
    const file = { content: btoa("\x89PNG"), encoding: "base64", filename: "a é.png", contentType: "image/png" };
    const headers = { "content-type": "multipart/form-data; boundary=mine" };
    await theCall(vault, { url: `${at}/up`, method: "PUT", headers, payload: { title: "A", tags: ["x", "y"], file } });
    const { bytes, headers: sent } = last();
    expect(sent["content-type"]).not.toContain("mine");
    const form = await new Response(bytes as BufferSource as ArrayBuffer, {
      headers: { "content-type": sent["content-type"] ?? "" },
    }).formData();
    expect(form.getAll("tags")).toEqual(["x", "y"]);
    const sentFile = form.get("file");
    if (!(sentFile instanceof File)) throw new Error("no file");
    expect([sentFile.type, sentFile.size, sentFile.name]).toEqual(["image/png", 4, "a é.png"]);
  });

  it("fills in macros, each in the one place where it stands", async () => {
    fresh();
    const body = {
      url: `${at}/u/{{user_id}}/{{external_id}}?who={{external_id}}`,
      method: "POST",
      headers: { "x-id": "{{ id_token }}", "x-app": "a {{client_id}}" },
      queryString: { by: "{{provider}}" },
      payload: { at: "{{now_seconds}}", text: "at {{now}}", plain: "\\{{now}}", "{{provider}}": ["{{call_id}}"] },
    };
    const row = await theCall(vault, body);
    expect(row.pincStatus).toBe("success");
    const { externalId, id } = vault.user;
    expect(last().url).toBe(`${at}/u/${id}/${externalId}?who=${externalId}&by=example`);
    expect(last().headers).toMatchObject({ "x-id": "upstream.id.token", "x-app": `a ${vault.client.clientId}` });
    const sent = JSON.parse(last().text) as Record<string, unknown>;
    expect(typeof sent.at).toBe("number");
    expect(sent).toMatchObject({ plain: "{{now}}", example: [row.callId] });
    expect(sent.text).toMatch(/^at 20\d\d-/);
  });

  it.each([
    ["an unknown macro", { url: "/x?a={{nothing}}" }, "nothing"],
    ["the access token", { url: "/x?a={{access_token}}" }, "access_token"],
    ["the refresh token", { url: "/x", method: "POST", payload: { a: ["{{refresh_token}}"] } }, "refresh_token"],
    ["Authorization", { url: "/x", headers: { AuthoriZation: "Bearer mine" } }, "headers.authorization"],
    ["Cookie", { url: "/x", headers: { cookie: "a=b" } }, "headers.cookie"],
    ["Host", { url: "/x", headers: { Host: "evil.example.net" } }, "headers.host"],
    ["Transfer-Encoding", { url: "/x", headers: { "transfer-encoding": "chunked" } }, "headers.transfer-encoding"],
    ["Content-Length", { url: "/x", headers: { "content-length": "0" } }, "headers.content-length"],
    ["Proxy-Authorization", { url: "/x", headers: { "proxy-authorization": "x" } }, "headers.proxy-authorization"],
    ["X-Forwarded-For", { url: "/x", headers: { "x-forwarded-for": "1.2.3.4" } }, "headers.x-forwarded-for"],
    ["a line break in a header", { url: "/x", headers: { "x-a": "b\r\nauthorization: c" } }, "headers.x-a"],
    ["a line break in a header's name", { url: "/x", headers: { "x-a\r\nb": "c" } }, "headers"],
    ["a header twice", { url: "/x", headers: { "X-A": "1", "x-a": "2" } }, "headers.x-a"],
    ["a body with GET", { url: "/x", payload: { a: 1 } }, "payload"],
    ["CONNECT", { url: "/x", method: "CONNECT" }, "method"],
    ["TRACE", { url: "/x", method: "TRACE" }, "method"],
    ["a method with a line break", { url: "/x", method: "GET\r\nX: y" }, "method"],
    ["no address", { method: "GET" }, "url"],
    ["a field that does not exist", { url: "/x", querystring: {} }, "body"],
    [
      "a form that is nested",
      {
        url: "/x",
        method: "POST",
        payload: { a: { b: 1 } },
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
      "payload.a",
    ],
    [
      "bytes that are not base64",
      {
        url: "/x",
        method: "POST",
        payload: { content: "?", encoding: "base64" },
        headers: { "content-type": "image/png" },
      },
      "payload",
    ],
  ])("FZ-07 refuses %s and calls nobody (CALL_FORMAT_ERROR)", async (_, body, field) => {
    fresh();
    const url = "url" in body ? `${at}${body.url}` : undefined;
    const response = await call(vault, { ...body, ...(url === undefined ? {} : { url }) });
    const row = await rowOf(response);
    expect([response.status, row.code, Object.keys(row.errors ?? {})]).toEqual([400, "CALL_FORMAT_ERROR", [field]]);
    expect(row.callId).toMatch(/^call_/);
    expect(seen).toEqual([]);
  });

  it("gives a user's address to applications that are registered for it, and to no others", async () => {
    const body = (host: string) => ({ url: `https://${host}/x`, headers: { "x-who": "{{email}}" } });
    fresh();
    expect((await theCall(vault, body(vault.host))).pincStatus).toBe("success");
    expect(last().headers["x-who"]).toBe(vault.user.email);
    const narrow = await makeVault({ metadata: { scopes: ["openid"] } });
    expect(await theCall(narrow, body(narrow.host))).toMatchObject({
      code: "CALL_FORMAT_ERROR",
      errors: { email: expect.any(String) },
    });
  });

  it.each([
    ["no JSON", { method: "POST", headers: { "content-type": "application/json" }, body: "{" }],
    ["a list", jsonBody([])],
    ["a form", { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "url=x" }],
    ["nothing", { method: "POST" }],
  ])("answers %s with CALL_FORMAT_ERROR", async (_, init) => {
    const response = await request(`${vault.context.realm.issuer}/oauth/method/example/call?${keysOf(vault)}`, init);
    expect([response.status, (await rowOf(response)).code]).toEqual([400, "CALL_FORMAT_ERROR"]);
  });
});

describe("who may call", () => {
  const asking = (query: string, headers: Record<string, string> = {}, provider = "example") =>
    request(
      `${vault.context.realm.issuer}/oauth/method/${provider}/call?${query}`,
      jsonBody({ url: `${at}/x` }, headers),
    );

  it("refuses wrong keys, foreign pages, users without a connection and unknown providers, and calls nobody (contract §6)", async () => {
    fresh();
    const wrong = { client: { ...vault.client, secret: `${vault.client.secret}x` }, user: vault.user };
    const stranger = await makeUser(vault.context);
    const otherClient = await makeClient(vault.context);
    const answers = [
      await asking(keysOf(wrong)),
      await asking(""),
      await asking(keysOf(vault), { origin: "https://evil.example.net" }),
      await asking(keysOf({ ...vault, user: stranger })),
      await asking(keysOf({ client: otherClient, user: vault.user })),
      await asking(keysOf(vault), {}, "nobody"),
    ];
    const told = await Promise.all(answers.map(async (each) => [each.status, (await rowOf(each)).code]));
    expect(told).toEqual([
      [403, "unauthorized"],
      [403, "unauthorized"],
      [403, "unauthorized-domain"],
      [401, "INVALID_OAUTHID"],
      [401, "INVALID_OAUTHID"],
      [404, expect.any(String)],
    ]);
    expect(seen).toEqual([]);
  });

  it("MR-01 lets no client of another realm call, nor for its users", async () => {
    fresh();
    const other = await makeRealm();
    const foreign = { client: await makeClient(other), user: vault.user };
    const response = await asking(keysOf(foreign));
    expect([response.status, (await rowOf(response)).code]).toEqual([403, "unauthorized"]);
    expect(seen).toEqual([]);
  });

  it("lets the application's own pages call, and answers the browser's question (CORS)", async () => {
    fresh();
    const path = `${vault.context.realm.issuer}/oauth/method/example/call?${keysOf(vault)}`;
    const asked = await request(path, {
      method: "OPTIONS",
      headers: {
        origin: "https://partner.test",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-pinc-response-data-at,content-type",
      },
    });
    expect(asked.headers.get("access-control-allow-origin")).toBe("https://partner.test");
    expect(asked.headers.get("access-control-allow-headers")).toContain("x-pinc-response-data-at");
    const response = await asking(keysOf(vault), { origin: "https://partner.test" });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "https://partner.test",
    ]);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(response.headers.get("access-control-expose-headers")).toContain("x-pinc-status");
  });
});
