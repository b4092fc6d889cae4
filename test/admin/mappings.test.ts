import { beforeAll, describe, expect, it } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { makeVaultProvider } from "../support/vault.ts";
import { jsonBody, makeClient, request, type TestClient } from "../support/world.ts";
import { type Answer, bearer, call, deployment, type Json, makeSite, type Site } from "./support.ts";

let site: Site;
let client: TestClient;
beforeAll(async () => {
  site = await makeSite();
  client = await makeClient(site.context, { scopes: ["openid", "email"] }, { firstParty: false });
  const settings = { authorize_url: "https://a.example.com/", token_url: "https://a.example.com/token" };
  for (const name of ["drive", "cloud"])
    await makeVaultProvider(site.context, { ...settings, api_hosts: [`${name}.example.com`] }, { name });
});

const admin = () => bearer(site.admin.token);
const pathOf = (name: string, of = client): string => `${site.path}/clients/${of.clientId}/mappings/${name}`;
const operate = (method: string, path: string, body?: unknown, headers = {}, caller = admin()): Promise<Answer> =>
  call(caller, method, path, { host: site.host, headers, ...(body === undefined ? {} : { body }) });

const photos = (more: Json = {}) => ({
  interface: {
    drive: {
      url: "https://drive.example.com/files/{{folder}}",
      queryString: { limit: "{{limit}}", who: "{{user_id}}" },
      headers: { "x-key": "the application's own" },
      select: "{photos: files[].name}",
    },
    cloud: { url: "https://cloud.example.com/items", method: "POST", payload: { in: "{{folder}}", mail: "{{email}}" } },
  },
  input: {
    type: "object",
    required: ["folder"],
    properties: { folder: { type: "string" }, limit: { type: "integer", default: 10 } },
  },
  output: { type: "object", properties: { photos: { type: "array", items: { type: "string" } } } },
  ...more,
});

const photoOf = (provider: string) => ({ interface: { [provider]: { url: `https://${provider}.example.com/1` } } });

describe("an application's mappings in operators' hands (contract §6)", () => {
  it("are written in their place, read, and deleted; the application reads the same", async () => {
    const made = await operate("PUT", pathOf("Photos"), photos());
    expect([made.status, made.headers.get("etag")]).toEqual([201, '"1"']);
    expect(made.json).toMatchObject({ name: "Photos", client_id: client.clientId, input: photos().input });
    expect((await operate("GET", pathOf("Photos"))).json).toEqual(made.json);
    const keys = new URLSearchParams({ public_key: client.clientId, private_key: client.secret });
    const own = await request(`${site.context.realm.issuer}/api/v1/mappings/Photos?${keys}`);
    expect(await own.json()).toEqual(made.json);
    expect((await operate("GET", pathOf("").replace(/\/$/, ""))).json).toEqual({ mappings: [made.json] });
    const integrationId = String((await operate("GET", `${site.path}/clients/${client.clientId}`)).json.integration_id);
    expect((await operate("GET", pathOf("Photos").replace(client.clientId, integrationId))).json).toEqual(made.json);
    expect((await operate("DELETE", pathOf("Photos"))).status).toBe(204);
    expect((await operate("GET", pathOf("Photos"))).status).toBe(404);
    expect((await operate("DELETE", pathOf("Photos"))).status).toBe(404);
  });

  it("RE-01 are as many as there may be and no more, also of many that are made at once", async () => {
    const other = await makeClient(site.context, { scopes: ["openid"] }, { firstParty: false });
    const { mappings } = site.context;
    const terms = { most: limits.vaultMappingsPerClient, now: 1 };
    for (let n = 3; n < limits.vaultMappingsPerClient; n++) await mappings.insert(other.clientId, `M${n}`, {}, terms);
    const names = Array.from({ length: 9 }, (_, n) => `New${n}`);
    const made = await Promise.all(names.map((name) => operate("PUT", pathOf(name, other), photoOf("drive"))));
    expect(made.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, ...Array<number>(6).fill(409)]);
    const refused = made.find(({ status }) => status === 409);
    expect(refused?.json.code).toBe("mapping-limit-reached");
    expect(await mappings.list(other.clientId)).toHaveLength(limits.vaultMappingsPerClient);
    const kept = names[made.findIndex(({ status }) => status === 201)] ?? "";
    expect((await operate("PUT", pathOf(kept, other), photoOf("drive"))).status).toBe(200);
    const both = await Promise.all([1, 2].map(() => operate("PUT", pathOf("Both"), photoOf("drive"))));
    expect(both.map(({ status }) => status).toSorted()[0]).toBeLessThan(300);
    expect((await operate("GET", pathOf("Both"))).status).toBe(200);
  });

  it("change for one of two who read the same version, and are made only where If-Match says there is none", async () => {
    expect((await operate("PUT", pathOf("Once"), photos(), { "if-match": '"0"' })).status).toBe(201);
    const again = await operate("PUT", pathOf("Once"), photos(), { "if-match": '"0"' });
    expect([again.status, again.json.code]).toEqual([412, "version-outdated"]);
    expect((await operate("PUT", pathOf("Nowhere"), photos(), { "if-match": '"1"' })).status).toBe(412);
    const both = await Promise.all(
      ["one", "two"].map((description) =>
        operate("PUT", pathOf("Once"), photos({ description }), { "if-match": '"1"' }),
      ),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    expect((await operate("DELETE", pathOf("Once"), undefined, { "if-match": '"1"' })).status).toBe(412);
    expect((await operate("GET", pathOf("Once"))).headers.get("etag")).toBe('"2"');
  });

  it.each([
    ["a foreign host", { interface: { drive: { url: "https://elsewhere.example/" } } }, "interface.drive.url"],
    [
      "no expression",
      { interface: { drive: { url: "https://drive.example.com/", select: "a[" } } },
      "interface.drive.select",
    ],
    [
      "a pattern",
      { interface: { drive: { url: "https://drive.example.com/" } }, input: { properties: { a: { pattern: "a+" } } } },
      "input",
    ],
    ["nothing", {}, "interface"],
  ])("SS-01 FZ-03 are refused with %s, as the application's own are", async (_, body, field) => {
    const answer = await operate("PUT", pathOf("Refused"), body);
    expect([answer.status, Object.keys(answer.json.errors as Json)]).toEqual([422, [field]]);
    const tried = await operate("POST", `${pathOf("Refused")}/try`, { mapping: body });
    const errors = answer.json.errors as Record<string, string>;
    expect([tried.status, tried.json.errors]).toEqual([422, { [`mapping.${field}`]: errors[field] }]);
    expect((await operate("GET", pathOf("Refused"))).status).toBe(404);
  });

  it("FZ-06 are refused with a name that is none", async () => {
    for (const name of ["a.b", "1a", "x".repeat(65), "a%2Fb"])
      expect((await operate("PUT", pathOf(name), photos())).json.errors, name).toHaveProperty("name");
  });

  it("MR-03 of a first-party application are an admin's to look at and to try, and a system administrator's to write", async () => {
    const path = pathOf("Photos", site.client);
    const refused = await operate("PUT", path, photos());
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([403, refused.json.code]);
    const mapping = { interface: { drive: { url: "https://drive.example.com/" } } };
    const sysadmin = bearer(site.sysadmin.token);
    expect((await operate("PUT", path, mapping, {}, sysadmin)).status).toBe(201);
    expect((await operate("GET", path)).status).toBe(200);
    expect((await operate("POST", `${path}/try`, {})).status).toBe(200);
    expect((await operate("DELETE", path)).status).toBe(403);
    expect((await operate("GET", path)).status).toBe(200);
  });

  it("AU-01 AU-02 are in the audit log, without what they send of the application's own", async () => {
    await operate("PUT", pathOf("Logged"), photos());
    await operate("PUT", pathOf("Logged"), photos({ description: "Lists" }));
    await operate("PUT", pathOf("Logged"), {});
    await operate("DELETE", pathOf("Logged"));
    const { json, text } = await call(deployment, "GET", `${site.path}/events?limit=50`);
    const own = (json.events as Json[]).filter(({ target }) => (target as Json | undefined)?.id === "Logged");
    expect(own.map(({ type, outcome }) => [type, outcome]).toReversed()).toEqual([
      ["mapping.set", "done"],
      ["mapping.set", "done"],
      ["mapping.set", "refused"],
      ["mapping.deleted", "done"],
    ]);
    expect(own[2]).toMatchObject({
      actor: { kind: "admin", id: String(site.admin.row.id) },
      client: client.clientId,
      target: { kind: "mapping" },
      details: { changed: ["description"], before: { description: null }, after: { description: "Lists" } },
    });
    expect(own[3]).toMatchObject({ details: { after: { "interface.drive.select": "{photos: files[].name}" } } });
    expect(text).not.toContain("the application's own");
  });
});

describe("a mapping tried out", () => {
  const tried = async (body: Json, name = "Tried") => operate("POST", `${pathOf(name)}/try`, body);
  const args = { folder: "a b" };

  it("shows the request without credentials and without a user, and what becomes of an answer; nothing is kept", async () => {
    const answer = { files: [{ name: "A.jpg" }, { name: "B.jpg" }] };
    const first = await tried({ mapping: photos(), provider: "drive", arguments: args, answer });
    expect([first.status, first.json]).toEqual([
      200,
      {
        interface: "Tried",
        provider: "drive",
        request: {
          method: "GET",
          url: "https://drive.example.com/files/a%20b?limit=10&who=%5Buser_id%5D",
          headers: { "x-key": "the application's own" },
          payload: null,
        },
        result: { photos: ["A.jpg", "B.jpg"] },
        fault: null,
      },
    ]);
    const second = await tried({ mapping: photos(), provider: "cloud", arguments: args });
    expect(second.json).toMatchObject({
      request: { method: "POST", payload: JSON.stringify({ in: "a b", mail: "[email]" }) },
    });
    expect(second.json).not.toHaveProperty("result");
    expect((await operate("GET", pathOf("Tried"))).status).toBe(404);
    expect((await tried({ provider: "drive", arguments: args })).status).toBe(404);
  });

  it("says why an answer does not fit, with 200: it is no fault of this server's (FZ-01)", async () => {
    const odd = await tried({
      mapping: photos(),
      provider: "drive",
      arguments: args,
      answer: { files: [{ name: 1 }] },
    });
    expect(odd.json).toMatchObject({ fault: { errors: { "photos.0": "does not satisfy type" } } });
    expect(odd.json).not.toHaveProperty("result");
    const doubling = Array.from({ length: 60 }, () => "[@,@]").join("|");
    const mapping = { interface: { drive: { url: "https://drive.example.com/", select: doubling } } };
    expect((await tried({ mapping, answer: {} })).json).toMatchObject({
      fault: { message: "the expression costs too much." },
    });
    expect((await tried({ mapping: photos(), provider: "drive", arguments: args, answer: null })).status).toBe(200);
  });

  it.each([
    ["which provider", {}, 422, "provider"],
    ["a provider that it has", { provider: "other" }, 422, "provider"],
    ["an interface that it has", { provider: "drive", interface: "Other" }, 422, "interface"],
    ["arguments that it takes", { provider: "drive", arguments: { folder: 1 } }, 400, "folder"],
    ["a folder that is one step", { provider: "drive", arguments: { folder: "../x" } }, 400, "folder"],
  ])("wants to know %s", async (_, body, status, field) => {
    const answer = await tried({ mapping: photos(), ...body });
    expect([answer.status, Object.keys((answer.json.errors ?? {}) as Json)]).toEqual([status, [field]]);
  });

  it("gives no macro to an application that is not registered for it", async () => {
    const mapping = { interface: { drive: { url: "https://drive.example.com/{{name}}" } } };
    expect((await tried({ mapping })).status).toBe(422);
  });

  it("picks an interface of a file, as a method of that name would", async () => {
    const file = {
      First: { drive: { url: "https://drive.example.com/1" } },
      Second: { drive: { url: "https://drive.example.com/2" } },
    };
    expect((await operate("PUT", pathOf("file"), file)).status).toBe(201);
    expect((await tried({}, "file")).status).toBe(422);
    const second = await tried({ interface: "Second" }, "file");
    expect(second.json).toMatchObject({ interface: "Second", request: { url: "https://drive.example.com/2" } });
    const response = await request(
      `${site.context.realm.issuer}/admin/v1${pathOf("file")}/try`,
      jsonBody({ interface: "x".repeat(300_000) }, admin()),
    );
    expect(response.status).toBe(413);
  });
});
