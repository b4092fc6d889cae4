import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { makeOpenApiText } from "../../scripts/build/open-api-text.mjs";

it("serves the description that the sources make now, put into the Worker by its build", async () => {
  const [served, made] = await Promise.all([
    fetch(`${inject("baseUrl")}/openapi.json`).then((answer) => answer.text()),
    makeOpenApiText(join(import.meta.dirname, "../..")),
  ]);
  expect(JSON.parse(served)).toMatchObject({ openapi: "3.1.0", paths: { "/token": {}, "/admin/v1/realms": {} } });
  expect(served).toBe(made);
});
