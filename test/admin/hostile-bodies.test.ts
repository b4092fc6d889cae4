import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Address } from "../../src/routes/admin/rights.ts";
import { makeClient, request } from "../support/world.ts";
import { type Answer, call, deployment, done, freshHost, type Json, makeSite, operate, type Site } from "./support.ts";

let site: Site;
let clientId: string;
beforeAll(async () => {
  site = await makeSite();
  clientId = (await makeClient(site.context)).clientId;
});

/** Every endpoint that reads a body, with one that is good. */
const good: Partial<Record<Address, () => Json>> = {
  "POST /realms": () => ({ name: "New", domains: [freshHost()] }),
  "PATCH /realms/:realm": () => ({ name: "Renamed" }),
  "POST /publishers": () => ({ name: "New", editor_domains: [freshHost()], frontend_domains: [freshHost()] }),
  "POST /realms/:realm/clients": () => ({ name: "New" }),
  "PATCH /realms/:realm/clients/:client": () => ({ name: "Renamed" }),
  "POST /realms/:realm/users": () => ({ email: `${crypto.randomUUID()}@example.test` }),
  "PATCH /realms/:realm/users/:user": () => ({ name: "Renamed" }),
  "PUT /realms/:realm/users/:user/roles": () => ({ roles: ["user"] }),
  "POST /realms/:realm/users/:user/kick": () => ({}),
  "POST /realms/:realm/keys/rotate": () => ({}),
};

function targetOf(address: string): [method: string, path: string] {
  const [method = "", pattern = ""] = address.split(" ");
  const path = pattern
    .replace(":realm", site.context.realm.id)
    .replace(":client", clientId)
    .replace(":user", String(site.user.row.id));
  return [method, path];
}

const send = (address: string, body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  call(deployment, ...targetOf(address), { body, headers });

/** All that these endpoints write. */
async function everything(): Promise<unknown> {
  const tables = ["realms", "domains", "signing_keys", "clients", "client_origins", "users"];
  const results = await env.DB.batch(tables.map((table) => env.DB.prepare(`select * from ${table}`)));
  return results.map((result) => result.results);
}

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

describe.each(Object.entries(good))("FZ-01 FZ-06 %s", (address, body) => {
  it.each<[string, number, (good: Json) => [string, Record<string, string>?]]>([
    ["text that is no JSON", 400, () => ["{"]],
    ["two objects", 400, () => ["{}{}"]],
    ["a list", 400, () => ["[]"]],
    ["null", 400, () => ["null"]],
    ["a number", 400, () => ["1"]],
    ["NaN", 400, () => ['{"a":NaN}']],
    ["a comment", 400, () => ["{}//"]],
    ["a form", 415, () => ["name=New", { "content-type": "application/x-www-form-urlencoded" }]],
    ["JSON that calls itself text", 415, (json) => [JSON.stringify(json), { "content-type": "text/plain" }]],
    ["JSON that calls itself nothing", 415, (json) => [JSON.stringify(json), { "content-type": "" }]],
    ["a body of 100 KB", 413, (json) => [JSON.stringify({ ...json, x: "x".repeat(100_000) })]],
    ["a field that does not exist", 422, (json) => [JSON.stringify({ ...json, is_admin: true })]],
    ["a prototype", 422, (json) => [`{"__proto__":{"name":"x"},${JSON.stringify(json).slice(1)}`.replace(",}", "}")]],
    ["a constructor", 422, (json) => [JSON.stringify({ ...json, constructor: { prototype: {} } })]],
  ])("refuses %s, and changes nothing", async (_, status, make) => {
    const before = await everything();
    const [text, headers] = make(body());
    const answer = await send(address, text, headers);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.json).toMatchObject({ type: "about:blank", status, code: answer.headers.get("x-error-code") });
    expect(await everything()).toEqual(before);
  });

  it.each([33, 30_000])("refuses nesting of %i levels before it looks at anything else", async (levels) => {
    const before = await everything();
    const answer = await send(
      address,
      JSON.stringify({ ...body(), metadata: "$" }).replace('"$"', `{"a":${deep(levels)}}`),
    );
    expect([answer.status, answer.json.errors]).toEqual([422, { body: "is nested deeper than 32 levels" }]);
    expect(await everything()).toEqual(before);
  });

  it("refuses bytes that are no UTF-8, and changes nothing", async () => {
    const before = await everything();
    const bytes = new Uint8Array([
      ...new TextEncoder().encode('{"name":"'),
      0xff,
      0xfe,
      ...new TextEncoder().encode('"}'),
    ]);
    const [method, path] = targetOf(address);
    const response = await request(`https://operators.test/admin/v1${path}`, {
      method,
      headers: { ...deployment, "content-type": "application/json" },
      body: bytes,
    });
    expect(response.status).toBe(400);
    expect(await everything()).toEqual(before);
  });

  it("answers a good body, whatever spelling the content type has", async () => {
    const answer = await send(address, JSON.stringify(body()), { "content-type": "Application/JSON; charset=utf-8" });
    expect(answer.status, answer.text).toBeLessThan(300);
  });
});

describe("values of a user", () => {
  it.each([
    ["a name with a line break", { name: "a\r\nSet-Cookie: x" }, "name"],
    ["a name with an escape", { first_name: "\u001b[31m" }, "first_name"],
    ["a name with half a character", { last_name: "\ud800" }, "last_name"],
    ["a name of 201 characters", { name: "x".repeat(201) }, "name"],
    ["an identifier with a NUL", { external_id: "a\u0000b" }, "external_id"],
    ["roles that do not exist", { roles: ["user", "root"] }, "roles.1"],
    ["no roles", { roles: [] }, "roles"],
    ["roles that are one text", { roles: "admin" }, "roles"],
    ["metadata that is a list", { metadata: [] }, "metadata"],
    ["metadata of 9 KB", { metadata: { a: "x".repeat(9000) } }, "metadata"],
    ["truth that is text", { disabled: "true" }, "disabled"],
    ["truth that is a number", { email_verified: 1 }, "email_verified"],
    ["a password that is a number", { password: 1234567890 }, "password"],
    ["an id of one's own", { id: 1 }, "body"],
    ["a hash of one's own", { password_hash: "x" }, "body"],
  ])("are refused: %s", async (_, fault, field) => {
    const before = await everything();
    for (const answer of [
      await operate("POST", `${site.path}/users`, { email: "bad@example.test", ...fault }),
      await operate("PATCH", `${site.path}/users/${site.user.row.id}`, fault),
    ]) {
      expect([answer.status, answer.json.code], answer.text).toEqual([422, "validation-failed"]);
      expect(Object.keys(answer.json.errors as Json)).toEqual([field]);
    }
    expect(await everything()).toEqual(before);
  });

  it.each([
    ["email", "no-address", "email-invalid"],
    ["email", "a@b@example.test", "email-invalid"],
    ["email", "a@example.test\nbcc: x@evil.test", "email-invalid"],
    ["username", "x", "username-invalid"],
    ["username", "other@example.test", "username-invalid"],
    ["phone_number", "12", "phone-number-invalid"],
    ["phone_number", "0791234567", "phone-number-invalid"],
  ])("are refused: %s %j", async (field, value, code) => {
    const before = await everything();
    const email = `${crypto.randomUUID()}@example.test`;
    for (const answer of [
      await operate("POST", `${site.path}/users`, { email, [field]: value }),
      await operate("PATCH", `${site.path}/users/${site.user.row.id}`, { [field]: value }),
    ]) {
      expect([answer.status, answer.json.code], answer.text).toEqual([422, code]);
      expect(answer.json.errors).toEqual({ [field]: "invalid" });
    }
    expect(await everything()).toEqual(before);
  });

  it("may be nested thirty levels deep", async () => {
    const body = `{"metadata":{"a":${deep(29)}}}`;
    const answer = await call(deployment, "PATCH", `${site.path}/users/${site.user.row.id}`, { body });
    expect(answer.status, answer.text).toBe(200);
  });

  it("do not grow beyond their bounds piece by piece", async () => {
    const user = await done(
      201,
      operate("POST", `${site.path}/users`, { email: `${crypto.randomUUID()}@example.test` }),
    );
    const grow = (name: string) =>
      operate("PATCH", `${site.path}/users/${user.id}`, { metadata: { [name]: "x".repeat(5000) } });
    expect((await grow("a")).status).toBe(200);
    const second = await grow("b");
    expect([second.status, Object.keys(second.json.errors as Json)]).toEqual([422, ["metadata"]]);
    expect((await grow("a")).status).toBe(200);
  });

  it("keep what they are: markup, quotes and SQL are text", async () => {
    const name = `<script>alert(1)</script>'"; drop table users;--`;
    const { id } = await done(
      201,
      operate("POST", `${site.path}/users`, { email: `${crypto.randomUUID()}@example.test`, name }),
    );
    const answer = await operate("GET", `${site.path}/users/${id}`);
    expect(answer.json.name).toBe(name);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });
});
