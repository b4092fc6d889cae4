import { beforeAll, describe, expect, it } from "vitest";
import { placeJson } from "../../src/routes/console/json-places.ts";
import { operate } from "../admin/support.ts";
import { makeVaultProvider } from "../support/vault.ts";
import { makeClient, makeRealm, type TestClient } from "../support/world.ts";
import { type ConsoleAnswer, consolePath, makeOperator, type Operator } from "./support.ts";

let admin: Operator;
let client: TestClient;
beforeAll(async () => {
  const context = await makeRealm();
  client = await makeClient(context, {}, { firstParty: false });
  admin = await makeOperator(context, ["user", "admin"]);
  const settings = { authorize_url: "https://a.example.com/", token_url: "https://a.example.com/token" };
  for (const name of ["drive", "cloud"])
    await makeVaultProvider(context, { ...settings, api_hosts: [`${name}.example.com`] }, { name });
});

const path = (rest = ""): string => consolePath(admin.context, `/calls/mappings${rest}`);
const pageOf = (name: string): Promise<ConsoleAnswer> => admin.open(path(`/${client.clientId}/${name}`));
const stored = async (name: string) =>
  (await operate("GET", `/realms/${admin.context.realm.id}/clients/${client.clientId}/mappings/${name}`)).json;

const definition = (drive: object, more: object = {}): string =>
  JSON.stringify({ interface: { drive: { url: "https://drive.example.com/{{path}}", ...drive } }, ...more }, null, 2);

async function make(name: string, text = definition({ select: "files[].name" })): Promise<ConsoleAnswer> {
  const page = await admin.open(path(`/new?client=${client.clientId}`));
  return admin.submit(page, "new-form", { name, definition: text });
}

const textsOf = (html: string, pattern: RegExp): string[] =>
  [...html.matchAll(pattern)].map(([, text = ""]) => text.replaceAll(/<[^>]+>/g, "").replaceAll("&#39;", "'"));
const faultsOf = ({ html }: ConsoleAnswer) => textsOf(html, /<li><code>(.*?)<\/li>/gs);
const problemAt = ({ html }: ConsoleAnswer, field: string) =>
  textsOf(html, new RegExp(`<p id="[a-z]+-form-${field}-problem" class="problem">([^<]*)`, "g"))[0];
const typedIn = ({ forms }: ConsoleAnswer, id: string, name: string) =>
  forms.find((form) => form.id === id)?.fields.find((field) => field.name === name)?.value;
const codeAt = ({ html }: ConsoleAnswer, id: string) =>
  textsOf(html, new RegExp(`<code id="${id}">(.*?)</code>`, "gs"))[0]
    ?.replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

describe("a mapping as text in the console", () => {
  it("is written, listed, changed and deleted once its name is typed", async () => {
    const made = await make("Photos");
    expect([made.status, made.location]).toEqual([303, `${path(`/${client.clientId}/Photos`)}?done=created`]);
    expect(await stored("Photos")).toMatchObject({
      client_id: client.clientId,
      interface: { drive: { method: "GET" } },
    });
    expect((await admin.open(path())).html).toContain(`href="${path(`/${client.clientId}/Photos`)}"`);

    const page = await pageOf("Photos");
    const changed = await admin.submit(page, "change-form", { definition: definition({ method: "POST" }) });
    expect([changed.status, changed.location?.endsWith("?done=saved")]).toEqual([303, true]);
    expect(await stored("Photos")).toMatchObject({ interface: { drive: { method: "POST" } } });
    const late = await admin.submit(page, "change-form", { definition: definition({ method: "PUT" }) });
    expect([late.status, late.html.includes("Somebody else has changed this")]).toEqual([412, true]);
    expect(typedIn(late, "change-form", "definition")).toContain('"PUT"');
    expect(await stored("Photos")).toMatchObject({ interface: { drive: { method: "POST" } } });

    const now = await pageOf("Photos");
    const wrong = await admin.submit(now, "delete-form", { confirmation: "photos" });
    expect([wrong.status, (await stored("Photos")).name]).toEqual([422, "Photos"]);
    const gone = await admin.submit(now, "delete-form", { confirmation: "Photos" });
    expect([gone.status, gone.location]).toEqual([303, `${path()}?done=removed`]);
    expect((await pageOf("Photos")).status).toBe(404);
  });

  it("does not take the place of another of its name, and wants a name and an application", async () => {
    await make("Taken");
    const again = await make("Taken", definition({ method: "DELETE" }));
    expect([again.status, problemAt(again, "name")]).toEqual([412, "The application has a mapping of this name."]);
    expect(typedIn(again, "new-form", "definition")).toContain("DELETE");
    expect(await stored("Taken")).toMatchObject({ interface: { drive: { method: "GET" } } });
    const empty = await admin.submit(await admin.open(path("/new")), "new-form", { name: " " });
    expect([empty.status, problemAt(empty, "name"), problemAt(empty, "client")]).toEqual([
      422,
      "This is missing.",
      "This is missing.",
    ]);
    expect(problemAt(await make("no.name"), "name")).toBe("must be letters, digits, - and _");
  });

  it.each([
    ["a comma too many", '{\n  "interface": {\n    "drive": {},\n  }\n}', "Line 4: This is not JSON."],
    ["no end", '{\n  "interface": {', "Line 2: This is not JSON."],
    ["a member twice", '{"interface":\n{},\n"interface": {}}', "Line 3: “interface” stands here for the second time."],
    ["too many levels", `{"a":${"[".repeat(40)}${"]".repeat(40)}}`, "Line 1: This is nested too deep."],
    ["nothing", " ", "This is missing."],
  ])("FZ-06 names the line of a text with %s, and gives it back as it was typed", async (_, text, problem) => {
    const answer = await make("Odd", text);
    expect([answer.status, problemAt(answer, "definition")]).toEqual([422, problem]);
    expect(typedIn(answer, "new-form", "definition")?.trim()).toBe(text.trim());
    expect((await stored("Odd")).status).toBe(404);
  });

  it.each([
    [
      "the API's own form",
      '{\n"interface": {\n"drive": {\n"select": "a[",\n"url": "https://drive.example.com/"},\n"cloud": {\n"url": "https://elsewhere.example/"}}}',
      [
        "Line 4, interface.drive.select: is not an expression of JMESPath",
        "Line 7, interface.cloud.url: is not on a host of the provider",
      ],
    ],
    [
      "a file of interfaces in short",
      '{\n"One": {\n"drive": {\n"url": "https://drive.example.com/"}},\n"Two": {"drive": {\n"url": "https://elsewhere.example/"}}}',
      ["Line 6, interfaces.Two.interface.drive.url: is not on a host of the provider"],
    ],
    [
      "what lacks a member",
      '{\n"interface": {\n"drive": {}}}',
      ["Line 3, interface.drive.url: Invalid input: expected string, received undefined"],
    ],
  ])("names line and member of what the API refuses in %s, saved or tried", async (_, text, faults) => {
    const saved = await make("Wrong", text);
    expect([saved.status, faultsOf(saved)]).toEqual([422, faults]);
    const tried = await admin.submit(await admin.open(path("/new")), "new-form", {
      name: "Wrong",
      client: client.clientId,
      definition: text,
      try: "on",
    });
    expect([tried.status, faultsOf(tried)]).toEqual([422, faults]);
    expect(typedIn(tried, "new-form", "definition")).toBe(text);
  });
});

describe("a mapping tried out in the console", () => {
  const trial = async (typed: Record<string, string>, text = definition({ select: "files[].name" })) =>
    admin.submit(await pageOf("Tried"), "change-form", { definition: text, try: "on", ...typed });

  it("shows request, sample and result beside each other, and keeps neither the text nor loses it", async () => {
    await make("Tried", definition({}));
    const before = await stored("Tried");
    const answer = '{"files": [{"name": "<b>A & B</b>"}]}';
    const page = await trial({ arguments: '{"path": "a b"}', answer, provider: "drive" });
    expect(page.status).toBe(200);
    expect(codeAt(page, "tried-request")).toBe("GET https://drive.example.com/a%20b");
    expect(page.html).toMatch(/<div class="pair">.*id="tried-answer".*id="tried-result"/s);
    expect(page.html).not.toContain("<b>A");
    expect(page.html).toContain("&lt;b&gt;A &amp; B&lt;/b&gt;");
    for (const [name, value] of Object.entries({ arguments: '{"path": "a b"}', answer, provider: "drive" }))
      expect(typedIn(page, "change-form", name)).toBe(value);
    expect(typedIn(page, "change-form", "definition")).toContain("files[].name");
    expect(await stored("Tried")).toEqual(before);
    const saved = await admin.submit(page, "change-form");
    expect(saved.status).toBe(303);
    expect(await stored("Tried")).toMatchObject({ interface: { drive: { select: "files[].name" } } });
  });

  it("says what is wrong with arguments, names and a sample, each where it belongs", async () => {
    await make("Tried");
    const odd = await trial({ arguments: '{"path": "../x"}' });
    expect([odd.status, faultsOf(odd)]).toEqual([
      400,
      ["Arguments, as JSON: path: cannot stand in the path of an address"],
    ]);
    const broken = await trial({ arguments: "{", answer: "[1,\n2" });
    expect([problemAt(broken, "arguments"), problemAt(broken, "answer")]).toEqual([
      "Line 1: This is not JSON.",
      "Line 2: This is not JSON.",
    ]);
    const other = await trial({ provider: "cloud", interface: "" });
    expect([other.status, problemAt(other, "provider"), problemAt(other, "interface")]).toEqual([
      422,
      "must be one of drive",
      undefined,
    ]);
    const output = { output: { type: "array", items: { type: "string" } } };
    const misfit = await trial(
      { arguments: '{"path":"x"}', answer: '{"files":[{"name":1}]}' },
      definition({ select: "files[].name" }, output),
    );
    expect([misfit.status, misfit.html.includes("0: does not satisfy type")]).toEqual([200, true]);
  });

  it("takes a text as long as a mapping may be", async () => {
    await make("Tried");
    const description = "é".repeat(900);
    const properties = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`a${n}`, { title: "“".repeat(90) }]));
    const page = await trial(
      { arguments: '{"path":"x"}' },
      definition({}, { description, input: { properties: { path: {}, ...properties } } }),
    );
    expect(page.status, page.html.slice(0, 300)).toBe(200);
  });
});

describe("the reader of JSON with its lines", () => {
  it.each([
    ['[1, -0.5e+10, true, null, {}, [], "a\\u00e9\\n"]', true],
    ['"\u0085\u2028"', true],
    ["01", false],
    ["[1,]", false],
    ["{a:1}", false],
    ['"\\x"', false],
    ['"\n"', false],
    ["'a'", false],
    ["NaN", false],
    ["1 2", false],
    ["", false],
    ['"\\ud800"', true],
  ])("RFC 8259 reads %j as JSON.parse does", (text, ok) => {
    const parses = ((): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    })();
    expect([parses, placeJson(text).ok]).toEqual([ok, ok]);
  });
});
