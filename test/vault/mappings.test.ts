import { beforeAll, describe, expect, it } from "vitest";
import { standUp, stubInternet } from "../support/upstream.ts";
import { jsonBody, makeClient, makeUser, request } from "../support/world.ts";
import { anyHost, connect, keysOf, makeVault, rowOf, type Vault } from "./calling.ts";

let vault: Vault;
let base: string;
const other = anyHost();
const seen: { method: string; url: string; body: string }[] = [];

beforeAll(async () => {
  stubInternet();
  vault = await makeVault();
  await connect(vault, "other", other);
  base = `https://${vault.host}`;
  const record = async (sent: Request, answer: unknown) => {
    seen.push({ method: sent.method, url: sent.url, body: await sent.clone().text() });
    return new URL(sent.url).pathname === "/bytes" ? new Response(new Uint8Array([1, 2, 3])) : Response.json(answer);
  };
  standUp(vault.host, (sent) => record(sent, { files: [{ id: "a", name: "A.jpg", size: "12" }], next: null }));
  standUp(other, (sent) => record(sent, { value: [{ key: "b", title: "B.jpg", bytes: 34 }] }));
});

const at = (path: string, query: Record<string, string> = {}, from = vault): string =>
  `${from.context.realm.issuer}/api/v1${path}?${keysOf(from, query)}`;

const put = (name: string, mapping: unknown, from = vault, headers = {}): Promise<Response> =>
  request(at(`/mappings/${name}`, {}, from), { ...jsonBody(mapping, headers), method: "PUT" });

const run = (name: string, args: unknown, query: Record<string, string> = {}, headers = {}): Promise<Response> =>
  request(at(`/methods/${name}`, query), jsonBody(args, headers));

const photos = () => ({
  interface: {
    example: {
      url: `${base}/files`,
      queryString: { q: "in {{folder}}", limit: "{{limit}}", next: "{{next}}" },
      select: "{photos: files[].{id: id, name: name, bytes: to_number(size)}}",
    },
    other: {
      url: `https://${other}/folders/{{folder}}/children`,
      method: "POST",
      payload: { limit: "{{limit}}", tags: "{{tags}}", who: "u{{user_id}}" },
      select: "{photos: value[].{id: key, name: title, bytes: bytes}}",
    },
  },
  input: {
    type: "object",
    required: ["folder"],
    properties: {
      folder: { type: "string" },
      limit: { type: "integer", default: 10 },
      next: { type: "string" },
      tags: { type: "array" },
    },
    additionalProperties: false,
  },
  output: {
    type: "object",
    properties: {
      photos: {
        type: "array",
        items: { type: "object", required: ["id"], properties: { id: { type: "string" }, bytes: { type: "integer" } } },
      },
    },
  },
});

describe("mappings (contract §6, S3.7, S3.8)", () => {
  it("are written, read, listed and deleted by their application, with versions", async () => {
    const made = await put("Photos1", photos());
    expect([made.status, made.headers.get("etag")]).toEqual([201, '"1"']);
    expect(await made.json()).toMatchObject({ name: "Photos1", client_id: vault.client.clientId });
    expect((await put("Photos1", photos(), vault, { "if-match": '"7"' })).status).toBe(412);
    const changed = await put("Photos1", photos(), vault, { "if-match": '"1"' });
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, '"2"']);
    const another = { ...vault, client: await makeClient(vault.context) };
    expect((await request(at("/mappings/Photos1", {}, another))).status).toBe(404);
    expect((await request(at("/mappings/Photos1", {}, another), { method: "DELETE" })).status).toBe(404);
    expect(await (await request(at("/mappings", {}, another))).json()).toEqual({ mappings: [] });
    const { mappings } = await (await request(at("/mappings"))).json<{ mappings: { name: string }[] }>();
    expect(mappings.map(({ name }) => name)).toContain("Photos1");
    expect((await request(at("/mappings/Photos1"), { method: "DELETE" })).status).toBe(204);
    expect((await request(at("/mappings/Photos1"))).status).toBe(404);
  });

  it("are refused without good keys", async () => {
    const response = await request(`${vault.context.realm.issuer}/api/v1/mappings`);
    expect([response.status, await response.json()]).toMatchObject([403, { code: "unauthorized" }]);
  });

  const one = (variant: object, more: object = {}) => ({
    interface: { example: { url: `${base}/x`, ...variant } },
    ...more,
  });
  it.each([
    ["another host", one({ url: "https://evil.example.net/x" }), "interface.example.url"],
    ["a host that an argument names", one({ url: "https://{{host}}/x" }), "interface.example.url"],
    ["a host that an argument ends", () => one({ url: `${base}{{more}}/x` }), "interface.example.url"],
    [
      "a provider that does not exist",
      { interface: { nobody: { url: "https://x.example.com/" } } },
      "interface.nobody.url",
    ],
    ["no JMESPath", () => one({ select: "files[" }), "interface.example.select"],
    ["let", () => one({ select: "let $a = @ in $a" }), "interface.example.select"],
    [
      "a function that makes much of little",
      () => one({ select: "pad_left('x', `1000000000`)" }),
      "interface.example.select",
    ],
    ["an unknown method", () => one({ method: "TRACE" }), "interface.example.method"],
    ["an unknown member", () => one({ nothing: 1 }), "interface.example"],
    ["no provider", { interface: {} }, "interface"],
    [
      "an argument that is none",
      () => one({ queryString: { a: "{{b}}" } }, { input: { properties: {} } }),
      "interface.example.url",
    ],
    [
      "a macro for an argument",
      () => one({}, { input: { properties: { id_token: {} } } }),
      "input.properties.id_token",
    ],
    ["a pattern", () => one({}, { input: { properties: { a: { pattern: "(a+)+$" } } } }), "input"],
    ["a reference", () => one({}, { output: { $ref: "https://evil.example.net/schema.json" } }), "output"],
    [
      "a reference to itself below a member that is called like a keyword (RL-07)",
      () => one({}, { input: { dependentSchemas: { properties: { $ref: "#" } } } }),
      "input",
    ],
    ["no JSON schema", () => one({}, { input: { type: 12, properties: { a: { items: 3 } }, allOf: 7 } }), "input"],
  ])("are refused with %s", async (_, given, field) => {
    const mapping = typeof given === "function" ? given() : given;
    const text = JSON.stringify(mapping).replaceAll("https://undefined", base).replaceAll("undefined/x", `${base}/x`);
    const response = await put("Refused", JSON.parse(text));
    const body = await response.json<{ errors: Record<string, string> }>();
    expect([response.status, Object.keys(body.errors)]).toEqual([422, [field]]);
  });
});

describe("methods", () => {
  it("S3.14 give the same shape from either provider, arguments typed and in their place", async () => {
    expect((await put("GetListOfPhotos", photos())).status).toBe(201);
    seen.length = 0;
    const first = await rowOf(await run("GetListOfPhotos", { folder: "it's & more" }, { provider: "example" }));
    expect(first).toMatchObject({ pincStatus: "success", data: { photos: [{ id: "a", name: "A.jpg", bytes: 12 }] } });
    expect(seen[0]?.url).toBe(`${base}/files?q=in+it%27s+%26+more&limit=10`);
    const args = { folder: "é?&#", limit: 3, tags: ["x", 1] };
    const second = await rowOf(await run("GetListOfPhotos", args, { provider: "other" }));
    expect(second.data).toEqual({ photos: [{ id: "b", name: "B.jpg", bytes: 34 }] });
    expect(seen[1]).toEqual({
      method: "POST",
      url: `https://${other}/folders/%C3%A9%3F%26%23/children`,
      body: JSON.stringify({ limit: 3, tags: ["x", 1], who: `u${vault.user.id}` }),
    });
    const part = await run(
      "GetListOfPhotos",
      args,
      { provider: "other" },
      { "x-pinc-response-data-at": "rows.0.data" },
    );
    expect(await part.json()).toEqual({ photos: [{ id: "b", name: "B.jpg", bytes: 34 }] });
  });

  it.each([
    ["a path", { folder: "../../admin" }, "folder"],
    ["a dot segment", { folder: ".." }, "folder"],
    ["a backslash", { folder: "a\\b" }, "folder"],
    ["nothing", { folder: "" }, "folder"],
    ["a wrong type", { folder: 1 }, "folder"],
    ["what is not an argument", { folder: "a", limits: 1 }, undefined],
    ["a missing argument", {}, undefined],
  ])("take no argument that is %s, and call nobody", async (_, args, field) => {
    await put("GetListOfPhotos", photos());
    seen.length = 0;
    const response = await run("GetListOfPhotos", args, { provider: "other" });
    const row = await rowOf(response);
    expect([response.status, row.code]).toEqual([400, "CALL_FORMAT_ERROR"]);
    if (field !== undefined) expect(Object.keys(row.errors ?? {})).toEqual([field]);
    expect(seen).toEqual([]);
  });

  it("ask which provider where the user has connected several, and name them", async () => {
    await put("GetListOfPhotos", photos());
    const response = await run("GetListOfPhotos", { folder: "a" });
    const row = await rowOf(response);
    expect([response.status, row.code, row.errors?.provider]).toEqual([
      400,
      "CALL_FORMAT_ERROR",
      "one of example, other",
    ]);
    const alone = await makeVault();
    const mapping = {
      interface: { example: { url: `https://${alone.host}/a` }, other: { url: `https://${alone.host}/b` } },
    };
    await connect(alone, "third", anyHost());
    await alone.context.providers.store.list();
    standUp(alone.host, () => Response.json(["here"]));
    expect((await put("M", mapping, alone)).status).toBe(422);
  });

  it("show what would be sent, and send nothing (dry run)", async () => {
    await put("GetListOfPhotos", photos());
    seen.length = 0;
    const response = await run("GetListOfPhotos", { folder: "a" }, { provider: "other", dry_run: "true" });
    expect(await response.json()).toEqual({
      dry_run: true,
      provider: "other",
      request: {
        method: "POST",
        url: `https://${other}/folders/a/children`,
        headers: { "content-type": "application/json" },
        payload: JSON.stringify({ limit: 10, who: `u${vault.user.id}` }),
      },
    });
    expect(seen).toEqual([]);
  });

  it("tell nothing of a user who has connected nothing: neither dry, nor in what a call is refused with or the log", async () => {
    const stranger = await makeUser(vault.context, { externalId: "stranger-7" });
    const query = { user_id: "stranger-7" };
    const told = "{{email}} {{user_id}}";
    await put("WhoIs", { interface: { example: { url: `${base}/who/{{email}}`, headers: { "x-who": told } } } });
    const dry = await run("WhoIs", {}, { ...query, provider: "example", dry_run: "true" });
    const called = await run("WhoIs", {}, query);
    const log = await request(at("/calls", query));
    expect([dry.status, log.status]).toEqual([401, 200]);
    expect(await rowOf(called)).toMatchObject({ code: "INVALID_OAUTHID" });
    const heard = `${await dry.text()} ${await log.text()}`;
    for (const secret of [stranger.email, encodeURIComponent(String(stranger.email))])
      expect(heard).not.toContain(secret);
    expect((await run("WhoIs", {}, { provider: "example", dry_run: "true" })).status).toBe(200);
  });

  it("say so when the answer has another shape, or costs too much to select from", async () => {
    const { output } = photos();
    await put("Odd", { interface: { example: { url: `${base}/x`, select: "{photos: files[].{no: id}}" } }, output });
    expect(await rowOf(await run("Odd", {}))).toMatchObject({
      pincStatus: "error",
      code: "API_ERROR",
      statusCode: 502,
    });
    const doubling = Array.from({ length: 60 }, () => "[@,@]").join("|");
    expect((await put("Bomb", { interface: { example: { url: `${base}/x`, select: doubling } } })).status).toBe(201);
    expect(await rowOf(await run("Bomb", {}))).toMatchObject({
      code: "API_ERROR",
      message: "the expression costs too much.",
    });
  });

  it("stream where the mapping says so", async () => {
    await put("GetBytes", { interface: { example: { url: `${base}/{{what}}`, stream: true } } });
    const response = await run("GetBytes", { what: "bytes" });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
    expect(response.headers.get("content-disposition")).toBe("attachment");
  });

  it("answer 404 for a method that the application does not have", async () => {
    const response = await run("Nothing", {});
    expect([response.status, (await rowOf(response)).code]).toEqual([404, "not-found"]);
  });
});

describe("a file of interfaces (contract §6, S3.8)", () => {
  const google = () => ({ example: { url: `${base}/files`, select: "files[].name" } });

  it.each([
    ["by name", () => ({ First: google(), Second: { example: { url: `${base}/bytes` } } })],
    ["with their schemas", () => ({ interfaces: { First: { interface: google() }, Second: { interface: google() } } })],
    ["with their schemas, by name", () => ({ First: { interface: google() }, Second: google() })],
  ])("is written %s, read back, and each of them is a method", async (_, body) => {
    expect((await put("file", body())).status).toBeLessThan(202);
    const read = await (await request(at("/mappings/file"))).json<{ interfaces: Record<string, unknown> }>();
    expect(Object.keys(read.interfaces)).toEqual(["First", "Second"]);
    expect(await rowOf(await run("First", {}))).toMatchObject({ pincStatus: "success", data: ["A.jpg"] });
    for (const name of ["file", "Third", "interfaces", "__proto__", 'First"."example'])
      expect((await run(encodeURIComponent(name), {})).status, name).toBe(404);
  });

  it("gives way to a mapping of the method's own name, and comes back when that is gone", async () => {
    await put("photos-a", { Once: google(), Other: google() });
    await put("Once", { interface: { example: { url: `${base}/files`, select: "files[].id" } } });
    expect(await rowOf(await run("Once", {}))).toMatchObject({ data: ["a"] });
    expect((await request(at("/mappings/Once"), { method: "DELETE" })).status).toBe(204);
    expect(await rowOf(await run("Once", {}))).toMatchObject({ data: ["A.jpg"] });
    const another = { ...vault, client: await makeClient(vault.context) };
    expect((await request(at("/methods/Once", {}, another), jsonBody({}))).status).toBe(404);
  });

  it("says where a fault is, and keeps nothing of it", async () => {
    const response = await put("faulty", { Good: google(), Bad: { example: { url: "https://elsewhere.test/" } } });
    expect(response.status).toBe(422);
    const { errors } = await response.json<{ errors: Record<string, string> }>();
    expect(Object.keys(errors)).toEqual(["interfaces.Bad.interface.example.url"]);
    expect((await request(at("/mappings/faulty"))).status).toBe(404);
  });
});
