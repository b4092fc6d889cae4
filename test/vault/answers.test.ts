import { beforeAll, describe, expect, it } from "vitest";
import { standUp, stubInternet } from "../support/upstream.ts";
import { accessToken, call, makeVault, rowOf, theCall, type Vault } from "./calling.ts";
import { fresh, last, record, seen } from "./recorder.ts";

let vault: Vault;
let at: string;

beforeAll(async () => {
  stubInternet();
  vault = await makeVault();
  at = `https://${vault.host}`;
  standUp(vault.host, record);
});

describe("what an answer becomes", () => {
  it("leaves every number its digits, and takes the token out where the provider shows it", async () => {
    const text = `{"id":12345678901234567890, "seen":"Bearer ${accessToken}","z":1.10}`;
    fresh(() => new Response(text, { headers: { "content-type": "application/json; charset=utf-8" } }));
    const body = await (await call(vault, { url: `${at}/x` })).text();
    expect(body).toContain('"data":{"id":12345678901234567890, "seen":"Bearer [withheld]","z":1.10}');
    const only = await call(vault, { url: `${at}/x` }, { "x-pinc-response-data-at": "rows.0.data" });
    expect(await only.text()).toBe(text.replace(accessToken, "[withheld]"));
  });

  it.each([
    ["rows", [{ pincStatus: "success" }]],
    ["rows.0", { pincStatus: "success", statusCode: 200 }],
    ["rows.0.data.items.1.name", "b"],
    ["rows.0.statusCode", 200],
    ["rows.0.data.items.9", null],
    ["rows.0.data.__proto__", null],
    ["rows.1", null],
  ])("gives the part that x-pinc-response-data-at: %s names (contract §6)", async (path, expected) => {
    fresh(() => Response.json({ items: [{ name: "a" }, { name: "b" }] }));
    const response = await call(vault, { url: `${at}/x` }, { "x-pinc-response-data-at": path });
    expect([response.status, response.headers.get("x-pinc-status")]).toEqual([200, "success"]);
    const body: unknown = await response.json();
    if (typeof expected === "object" && expected !== null) expect(body).toMatchObject(expected);
    else expect(body).toEqual(expected);
  });

  it.each([
    ["a text", () => new Response("<a>ä</a>", { headers: { "content-type": "text/html" } }), "text", "<a>ä</a>"],
    [
      "a text of another alphabet",
      () => new Response(new Uint8Array([0xe4]), { headers: { "content-type": "text/plain; charset=iso-8859-1" } }),
      "text",
      "ä",
    ],
    [
      "bytes",
      () => new Response(new Uint8Array([255, 0]), { headers: { "content-type": "image/png" } }),
      "base64",
      "/wA=",
    ],
    ["nothing", () => new Response(null, { status: 204 }), "none", null],
    ["JSON without a type", () => new Response(new TextEncoder().encode("[1]")), "json", [1]],
  ])("gives %s", async (_, response, encoding, data) => {
    fresh(response);
    expect(await theCall(vault, { url: `${at}/x` })).toMatchObject({ pincStatus: "success", encoding, data });
  });

  it.each([
    ["a refusal", () => Response.json({ error: "no" }, { status: 403 }), 403, { error: "no" }],
    [
      "a fault in HTML",
      () => new Response("<h1>Oh</h1>", { status: 404, headers: { "content-type": "application/json" } }),
      404,
      "<h1>Oh</h1>",
    ],
    ["JSON that is none", () => new Response("{lies", { headers: { "content-type": "application/json" } }), 502, null],
    [
      "a redirect elsewhere",
      () => new Response(null, { status: 302, headers: { location: "https://evil.example.net/" } }),
      502,
      null,
    ],
  ])("SS-04 tells of %s in a row of an error", async (_, response, statusCode, data) => {
    fresh(response);
    const answered = await call(vault, { url: `${at}/x` });
    expect([answered.status, answered.headers.get("x-error-code")]).toEqual([200, "API_ERROR"]);
    expect(await rowOf(answered)).toMatchObject({ pincStatus: "error", code: "API_ERROR", statusCode, data });
    expect(seen).toHaveLength(1);
  });
});

describe("other kinds of credentials", () => {
  it("signs requests of OAuth 1.0a (RFC 5849 §3), and puts an API key where the provider says", async () => {
    const settings = { signature_method: "HMAC-SHA1", request_token_url: "https://accounts.example.com/rt" } as const;
    const secrets = { type: "oauth1", token: "the-token", tokenSecret: "the-token-secret" } as const;
    const signing = await makeVault({ type: "oauth1", settings, secrets });
    standUp(signing.host, record);
    fresh();
    await theCall(signing, { url: `https://${signing.host}/a?b=c d`, queryString: { "e!": "ü" } });
    expect(last().url).toBe(`https://${signing.host}/a?b=c%20d&e%21=%C3%BC`);
    expect(last().headers.authorization).toMatch(
      /^OAuth oauth_consumer_key="our-client-id", .*oauth_token="the-token"/,
    );
    expect(last().headers.authorization).not.toContain("the-token-secret");

    const key = { type: "api_key", key: "k-0123456789" } as const;
    const inQuery = await makeVault({
      type: "api_key",
      settings: { api_key: { in: "query", name: "key" } },
      secrets: key,
    });
    standUp(inQuery.host, record);
    await theCall(inQuery, { url: `https://${inQuery.host}/a?b=1` });
    expect(last().url).toBe(`https://${inQuery.host}/a?b=1&key=k-0123456789`);
    expect(last().headers.authorization).toBeUndefined();
    const taken = await call(inQuery, { url: `https://${inQuery.host}/a`, queryString: { key: "mine" } });
    expect(taken.status).toBe(400);
  });
});
