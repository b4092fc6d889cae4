import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { describeApi, documents } from "../../src/routes/meta/describe-api.ts";
import { request } from "../support/world.ts";

/** Pages of the browser's way. */
const pages =
  /^\/(?:$|console(?:\/.*)?$|sign-in(?:\/code)?$|sign-up$|sign-out$|forgot-password$|reset-password$|two-factor(?:\/set-up)?$|consent$|device$|language$|link-account$|account(?:\/|$)|authorize\/resume$)/;

/** The OAuth endpoints stand in three places; the root's are described, and what stands at one of the others in their place. */
const repeated = /^\/(?:v1|api\/auth\/v1\/oauth)(?=\/)/;

const asWritten = (path: string): string => path.replaceAll(/:([A-Za-z_]+)(?:\{[^}]*\})?/g, "{$1}");

describe("the OpenAPI document", () => {
  it("FZ-03 describes every route there is, and none that is not", () => {
    const described = documents.map((document) => `${document.method} ${document.path}`);
    const routes = app.routes
      .filter((route) => route.method !== "ALL" && !route.path.includes("*") && !pages.test(route.path))
      .map((route) => `${route.method.toLowerCase()} ${asWritten(route.path)}`)
      .filter(
        (route, _index, all) =>
          described.includes(route) ||
          !all.includes(route.replace(/ (.*)$/, (_, path) => ` ${path.replace(repeated, "")}`)) ||
          !repeated.test(route.split(" ")[1] ?? ""),
      );
    expect(described.toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  it("is served on any host as OpenAPI 3.1", async () => {
    const response = await request("https://whatever.test/openapi.json");
    expect(response.status).toBe(200);
    const document = await response.json<{ openapi: string; paths: Record<string, unknown> }>();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toContain("/token");
  });

  it("is served to the letter as it was made", async () => {
    const response = await request("https://whatever.test/openapi.json");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.text()).toBe(JSON.stringify(describeApi()));
  });

  it("names what several endpoints speak of once, and leads to nothing that is not there", async () => {
    const text = await (await request("https://whatever.test/openapi.json")).text();
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
    const named = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
    expect([...named].toSorted()).toEqual(Object.keys(components.schemas).toSorted());
  });
});

const mostBytes = 30_000;

async function gzipped(response: Response): Promise<number> {
  const stream = response.body?.pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

describe("the reference", () => {
  const read = (path: string) => request(`https://whatever.test${path}`, { headers: { accept: "text/html" } });

  it("is light in each chapter, runs no script, and has every endpoint in one of them", async () => {
    const outline = await (await read("/docs")).text();
    const chapters = new Set([...outline.matchAll(/href="(\/docs\/[a-z0-9-]+)"/g)].map(([, path]) => path ?? ""));
    const sizes: Record<string, number> = { "/docs": await gzipped(await read("/docs")) };
    let all = "";
    for (const path of chapters) {
      const response = await read(path);
      expect(response.status).toBe(200);
      sizes[path] = await gzipped(response.clone());
      all += await response.text();
    }
    expect(Object.entries(sizes).filter(([, bytes]) => bytes >= mostBytes)).toEqual([]);
    expect(outline + all).not.toContain("<script");
    const ids = documents.map(({ method, path }) => `id="${method}-${path}"`);
    expect(ids.filter((id) => !outline.includes(id) || !all.includes(id))).toEqual([]);
    expect(chapters).toContain("/docs/schemas");
  });

  it("has no chapter that is not in it", async () => {
    expect((await read("/docs/nothing")).status).toBe(404);
  });
});
