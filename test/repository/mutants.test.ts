import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { mutants } from "../../scripts/conformance/mutant-list.mjs";
import { basicModules } from "../conformance/basic/index.ts";
import { fapi2Modules } from "../conformance/fapi2/index.ts";
import { backChannelLogout } from "../conformance/logout/back-channel.ts";
import { rpInitiatedLogout } from "../conformance/logout/rp-initiated.ts";

const root = resolve(import.meta.dirname, "../..");
const modules = [...basicModules, ...fapi2Modules, ...rpInitiatedLogout, ...backChannelLogout].map(({ name }) => name);

describe("the mutants of the conformance suite", () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))("can still be made: %s", (_name, mutant) => {
    const text = readFileSync(resolve(root, mutant.file), "utf8");
    expect(text.split(mutant.find).length - 1, `places in ${mutant.file} that read ${mutant.find}`).toBe(1);
    expect(mutant.replace).not.toBe(mutant.find);
    expect(modules).toEqual(expect.arrayContaining(mutant.modules));
  });

  it("are told apart by their names", () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });
});

describe("the plans of the conformance suite", () => {
  it("have as many modules as the official ones, each with a name of its own", () => {
    expect(basicModules).toHaveLength(38);
    expect(rpInitiatedLogout).toHaveLength(11);
    expect(backChannelLogout).toHaveLength(2);
    expect(new Set(modules).size).toBe(modules.length);
  });
});
