import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { coveragePage, standardsPage } from "../../scripts/maps.mjs";

const docs = join(import.meta.dirname, "../../docs");

it.each([
  ["standards.md", standardsPage],
  ["security-coverage.md", coveragePage],
])("docs/%s says what the source and the tests say now (npm run maps)", (name, page) => {
  expect(readFileSync(join(docs, name), "utf8")).toBe(page());
});
