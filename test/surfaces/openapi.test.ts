import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { documents } from "../../src/routes/meta/openapi.tsx";
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

  it("is a page at /docs that runs no script", async () => {
    const response = await request("https://whatever.test/docs", { headers: { accept: "text/html" } });
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain("/api/auth/v1/users/me");
    expect(html).not.toContain("<script");
  });
});
