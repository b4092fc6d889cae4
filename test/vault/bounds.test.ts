import { beforeAll, describe, expect, it } from "vitest";
import { standUp, stubInternet } from "../support/upstream.ts";
import { jsonBody, request } from "../support/world.ts";
import { call, keysOf, makeVault, rowOf, theCall, type Vault } from "./calling.ts";

beforeAll(stubInternet);

const mapping = (vault: Vault, name: string, body: unknown): Promise<Response> =>
  request(`${vault.context.realm.issuer}/api/v1/mappings/${name}?${keysOf(vault)}`, {
    ...jsonBody(body),
    method: "PUT",
  });

const run = (vault: Vault, name: string, args: unknown): Promise<Response> =>
  request(`${vault.context.realm.issuer}/api/v1/methods/${name}?${keysOf(vault)}`, jsonBody(args));

describe("what a short call can make of itself (SS-04)", () => {
  it("is bounded where macros repeat a long value: refused before anybody is called", async () => {
    const vault = await makeVault({ metadata: { scopes: ["profile"] } });
    let called = 0;
    standUp(vault.host, () => {
      called++;
      return Response.json({});
    });
    const url = `https://${vault.host}/a`;
    const made = await mapping(vault, "Long", {
      interface: { example: { url, method: "POST", payload: "{{a}}".repeat(10_000) } },
    });
    expect(made.status).toBe(201);
    const refused = await run(vault, "Long", { a: "x".repeat(2_000_000) });
    expect([refused.status, (await rowOf(refused)).code]).toEqual([400, "CALL_FORMAT_ERROR"]);
    expect(called).toBe(0);
    expect((await rowOf(await run(vault, "Long", { a: "x".repeat(100) }))).pincStatus).toBe("success");
  });

  it("is bounded where a schema meets many values", async () => {
    const vault = await makeVault();
    standUp(vault.host, () => Response.json({}));
    const items = { anyOf: Array.from({ length: 2_000 }, () => ({ const: 1 })) };
    const interfaces = { example: { url: `https://${vault.host}/a` } };
    await mapping(vault, "Costly", { interface: interfaces, input: { properties: { list: { items } } } });
    const refused = await run(vault, "Costly", { list: Array.from({ length: 10_000 }, () => 0) });
    expect([refused.status, (await rowOf(refused)).errors]).toEqual([
      400,
      { body: "is too much for the schema to be held against" },
    ]);
    expect((await rowOf(await run(vault, "Costly", { list: [1, 1] }))).pincStatus).toBe("success");
  });

  it("is bounded where the provider answers a hundred thousand lists in each other", async () => {
    const vault = await makeVault();
    const levels = 100_000;
    standUp(
      vault.host,
      () => new Response("[".repeat(levels) + "]".repeat(levels), { headers: { "content-type": "application/json" } }),
    );
    expect(await theCall(vault, { url: `https://${vault.host}/deep` })).toMatchObject({
      pincStatus: "error",
      statusCode: 502,
      code: "API_ERROR",
    });
  });
});

it("S3.8 takes a mapping whose interface stands under its own name (contract §6)", async () => {
  const vault = await makeVault();
  standUp(vault.host, () => Response.json({ files: [{ name: "a" }] }));
  const variants = { example: { url: `https://${vault.host}/a`, select: "files[].name" } };
  const made = await mapping(vault, "GetListOfPhotos", { GetListOfPhotos: variants });
  expect([made.status, Object.keys((await made.json<{ interface: object }>()).interface)]).toEqual([201, ["example"]]);
  expect((await rowOf(await run(vault, "GetListOfPhotos", {}))).data).toEqual(["a"]);
});

it("refuses a parameter that stands twice: whoever looked at the call before might have read the other (FZ-06)", async () => {
  const vault = await makeVault();
  const url = `${vault.context.realm.issuer}/oauth/method/example/call?${keysOf(vault)}&user_id=1`;
  const refused = await request(url, jsonBody({ url: `https://${vault.host}/a` }));
  expect([refused.status, (await rowOf(refused)).code]).toEqual([400, "CALL_FORMAT_ERROR"]);
});

describe("a provider that shows the credentials that it was sent", () => {
  const key = 'key/with+signs"0123456789';
  const places = { settings: { api_key: { in: "query" as const, name: "key" } }, type: "api_key" as const };

  it("has them taken out as they stand in addresses, in JSON and in headers", async () => {
    const vault = await makeVault({ ...places, secrets: { type: "api_key", key } });
    standUp(
      vault.host,
      ({ url }) =>
        new Response(`{"url":${JSON.stringify(url)},"key":${JSON.stringify(key).replaceAll("/", "\\/")}}`, {
          headers: { "content-type": "application/json", link: `<${url}&page=2>; rel="next"` },
        }),
    );
    const row = await theCall(vault, { url: `https://${vault.host}/a` });
    expect(row.data).toEqual({ url: `https://${vault.host}/a?key=[withheld]`, key: "[withheld]" });
    expect(row.headers?.link).toBe(`<https://${vault.host}/a?key=[withheld]&page=2>; rel="next"`);
  });

  it("has them covered in a stream of text, wherever it is broken, and nothing of a picture touched", async () => {
    const secret = "upstream-access-token-0123456789";
    const vault = await makeVault();
    const text = `{"a":"upstream-access","at":"Bearer ${secret}","b":"upstream-"}`;
    standUp(vault.host, ({ url }) => {
      const size = Number(new URL(url).searchParams.get("size"));
      const parts = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        text.slice(index * size, (index + 1) * size),
      );
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
          controller.close();
        },
      });
      const type = url.includes("picture") ? "image/jpeg" : "application/json";
      return new Response(body, { headers: { "content-type": type } });
    });
    const streamed = async (path: string): Promise<string> =>
      (await call(vault, { url: `https://${vault.host}/${path}` }, { "x-pinc-response-as": "stream" })).text();
    for (const size of [1, 7, 30, 1000])
      expect(await streamed(`text?size=${size}`)).toBe(text.replace(secret, "*".repeat(secret.length)));
    expect(await streamed("picture?size=7")).toBe(text);
  });
});
