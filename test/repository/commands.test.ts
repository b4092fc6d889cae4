import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Answer } from "../../scripts/admin-api.mjs";
import { alone, type Call, type CommandSpec, nouns } from "../../scripts/cli/program.mjs";
import { presetNames } from "../../src/domain/federation/presets.ts";
import { providerSettingsSchema, providerTypes } from "../../src/domain/federation/provider-settings.ts";
import { rights } from "../../src/routes/admin/rights.ts";

/**
 * Addresses of the operators' API for which there is no command, each with the reason. To add a command: a spec in
 * scripts/cli/commands/<noun>.mjs, listed in scripts/cli/program.mjs.
 */
const withoutCommand: Readonly<Record<string, string>> = {};

const specs = [...nouns.flatMap(([, , commands]) => commands), ...alone];

/** What a command asks of the API, by trying it on one that answers anything. */
async function addressesOf(spec: CommandSpec): Promise<string[]> {
  if (spec.calls !== undefined) return spec.calls;
  const called: string[] = [];
  const call: Call = {
    api: {
      async request(method, path) {
        called.push(addressOf(method, path));
        return { text: "{}", json: {} } satisfies Answer;
      },
    },
    arg: (name) => `<${name}>`,
    rest: ["some"],
    body: {},
    page: new URLSearchParams(),
    options: {},
    url: new URL("https://auth.example.com"),
  };
  await spec.run(call);
  return called;
}

/** As rights.ts writes it. */
function addressOf(method: string, path: string): string {
  const [way = ""] = path.split("?");
  const matching = Object.keys(rights).filter((address) => {
    const [verb = "", pattern = ""] = address.split(" ");
    const steps = decodeURIComponent(way).split("/");
    const wanted = pattern.split("/");
    const fits = wanted.every((step, index) => (step.startsWith(":") ? steps[index] !== "" : step === steps[index]));
    return verb === method && steps.length === wanted.length && fits;
  });
  // `/users/import` is also like `/users/:user`: the one with fewer names in it is meant.
  return matching.toSorted((one, other) => one.split(":").length - other.split(":").length)[0] ?? `${method} ${way}`;
}

describe("the command line", () => {
  it("has a command for every address of the operators' API, and calls no other", async () => {
    const called = new Set((await Promise.all(specs.map(addressesOf))).flat());
    const wanted = Object.keys(rights).filter((address) => !(address in withoutCommand));
    expect(
      wanted.filter((address) => !called.has(address)),
      "addresses without a command",
    ).toEqual([]);
    expect(
      [...called].filter((address) => !(address in rights)),
      "addresses that do not exist",
    ).toEqual([]);
  });

  it("gives every command a name of its own, a summary and examples that begin with it", () => {
    expect(new Set(specs.map(({ name }) => name)).size).toBe(specs.length);
    for (const { name, summary, examples } of specs) {
      expect(summary, name).toMatch(/^[a-z]/);
      expect(examples.length, name).toBeGreaterThan(0);
      for (const example of examples) expect(example.startsWith(`${name} `) || example === name, example).toBe(true);
    }
  });

  it("has an option for everything that can be set of a provider, with the choices there are", () => {
    const { fields = [], secret } = specs.find(({ name }) => name === "provider set") ?? {};
    const about = ["preset", "type", "purposes", "client_id", "client_secret", "disabled"];
    const settings = Object.entries(providerSettingsSchema.shape);
    const settable = [...about, ...settings.map(([name]) => name)];
    expect([...fields.map(({ member }) => member), secret].toSorted()).toEqual(settable.toSorted());
    const choices = fields.flatMap(({ member, options }) =>
      options[0]?.argChoices === undefined ? [] : [[member, options[0].argChoices] as const],
    );
    const known = settings.flatMap(([name, schema]) => {
      const { enum: values } = z.toJSONSchema(schema, { io: "input" });
      return values === undefined ? [] : [[name, values] as const];
    });
    const all = { preset: presetNames, type: providerTypes, ...Object.fromEntries(known) };
    expect(Object.fromEntries(choices)).toEqual(all);
  });

  it("asks before it deletes, revokes or withdraws", () => {
    const destructive = specs.filter(({ name }) => / (delete|revoke|withdraw|reset)/.test(name));
    expect(destructive.filter(({ confirm }) => confirm === undefined).map(({ name }) => name)).toEqual([]);
  });
});
