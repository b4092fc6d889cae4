import { expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { documents } from "../../src/routes/meta/describe-api.ts";
import { places, ways } from "../outside/support/places.ts";

/** The OAuth endpoints and those of single sign-on stand in several places, one of which is described. */
const first = (path: string): string => path.replace(/^\/(?:v1|api\/auth\/v1(?:\/oauth)?)(?=\/)/, "");

it("WB-10 walks every page in a browser: each address is described for programs, or is a page of the walk", () => {
  const described = new Set(documents.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ":$1")));
  const walked = new Set(places.map(({ route }) => route));
  const forgotten = app.routes
    .filter(({ method, path }) => method === "GET" && !path.includes("*") && !walked.has(path) && !(path in ways))
    .map(({ path }) => path.replaceAll(/\{[^}]*\}/g, ""))
    .filter((path) => !described.has(path) && !described.has(first(path)));
  expect(forgotten).toEqual([]);

  const routes = new Set(app.routes.map(({ path }) => path));
  const gone = [...walked, ...Object.keys(ways)].filter((route) => route !== null && !routes.has(route));
  expect(gone).toEqual([]);
});
