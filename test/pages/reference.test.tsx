import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createDocument } from "zod-openapi";
import { anchor, chaptersOf, hasChapter, resolve } from "../../src/pages/reference/outline.ts";
import { type OpenApiDocument, ReferenceChapterPage, ReferencePage } from "../../src/pages/reference-page.tsx";
import { renderPage } from "../../src/pages/render.ts";
import { byId, byTag, parseHtml, visibleText } from "./parse-html.ts";
import { frameFor } from "./samples.tsx";

const frame = frameFor("en");
const minimal = { openapi: "3.1.0", info: { title: "API", version: "2" } };
const show = (document: OpenApiDocument, slug = "other") =>
  renderPage(<ReferenceChapterPage frame={frame} document={document} slug={slug} />);
const showOutline = (document: OpenApiDocument) => renderPage(<ReferencePage frame={frame} document={document} />);

describe("the pages of the reference", () => {
  it("renders what the document generator makes of schemas", async () => {
    const User = z.object({ id: z.int(), email: z.email().nullable() }).meta({ id: "User", description: "A person." });
    const document: OpenApiDocument = createDocument({
      ...minimal,
      openapi: "3.1.0",
      paths: {
        "/users/{id}": {
          put: {
            summary: "Replaces a user",
            tags: ["Users"],
            requestParams: { path: z.object({ id: z.string().meta({ description: "Decimal digits." }) }) },
            requestBody: { content: { "application/json": { schema: User } } },
            responses: { "200": { description: "Done", content: { "application/json": { schema: z.array(User) } } } },
          },
        },
      },
    });
    const html = show(document, "users") + show(document, "schemas");
    const page = visibleText(html);
    for (const text of [
      "PUT",
      "/users/{id}",
      "Replaces a user",
      "Decimal digits.",
      "email",
      "list of User",
      "A person.",
    ]) {
      expect(page).toContain(text);
    }
    expect(byId(await parseHtml(html), "schema-User").tag).toBe("article");
  });

  it("gives every operation an anchor of its own, also where paths look alike", async () => {
    const operation = { responses: { "204": { description: "Done" } } };
    const paths = {
      "/a/{b}": { get: operation, delete: operation },
      "/a/b": { get: operation },
      "/a-b": { get: operation },
    };
    const elements = await parseHtml(show({ ...minimal, paths }));
    const ids = byTag(elements, "article").map(({ attributes }) => attributes.get("id"));
    expect(ids).toEqual(["get-/a/{b}", "delete-/a/{b}", "get-/a/b", "get-/a-b"]);
    expect(anchor("get", "/a/{b}").href).toBe("#get-%2Fa%2F%7Bb%7D");
  });

  it("has an outline whose entries bear the ids of what they lead to, as when all stood on one page", async () => {
    const operation = { tags: ["Two Words"], summary: "Ends it", responses: {} };
    const document = { ...minimal, paths: { "/a/{b}": { delete: operation } }, components: { schemas: { Tree: {} } } };
    const elements = await parseHtml(showOutline(document));
    const targets = byTag(elements, "a").map(({ attributes }) => attributes.get("href"));
    expect(targets).toContain("/docs/two-words#delete-%2Fa%2F%7Bb%7D");
    expect(targets).toContain("/docs/schemas#schema-Tree");
    for (const id of ["delete-/a/{b}", "schema-Tree", "tag-Two-Words"]) byId(elements, id);
    expect(visibleText(showOutline(document))).toContain("Ends it");
  });

  it("ends on schemas that contain themselves and on references that lead nowhere", () => {
    const endless: Record<string, unknown> = { type: "object" };
    endless.properties = { child: endless };
    const schemas = {
      Tree: {
        type: "object",
        properties: { children: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
      },
      Loop: { $ref: "#/components/schemas/Loop" },
      Endless: endless,
    };
    const content = { "application/json": { schema: { $ref: "#/components/schemas/Loop" } } };
    const requestBody = { content };
    const parameters = [{ $ref: "#/components/parameters/Gone" }];
    const responses = { "200": { $ref: "#/components/responses/__proto__" } };
    const paths = { "/x": { post: { requestBody, parameters, responses } } };
    const document = { ...minimal, paths, components: { schemas } };
    const page = show(document) + show(document, "schemas");
    expect(visibleText(page)).toContain("list of Tree");
    expect(page.length).toBeLessThan(60_000);
  });

  it("says which authentication an operation takes", () => {
    const responses = {};
    const page = visibleText(
      show({
        ...minimal,
        security: [{ cookie: [] }, { bearer: ["admin"] }],
        paths: { "/a": { get: { responses } }, "/b": { get: { security: [], responses } } },
      }),
    );
    expect(page).toContain("Authentication cookie or bearer admin");
    expect(page).toContain("Authentication none");
  });

  it("has no script, and its answers open without one", async () => {
    const responses = { "200": { description: "Fine", content: { "text/plain": { schema: { type: "string" } } } } };
    const elements = await parseHtml(show({ ...minimal, paths: { "/a": { get: { responses } } } }));
    expect(byTag(elements, "script")).toEqual([]);
    expect(byTag(elements, "details").length).toBeGreaterThan(0);
    expect(byTag(elements, "summary")).toHaveLength(byTag(elements, "details").length);
  });
});

describe("chaptersOf", () => {
  it("keeps the document's order of tags, then adds those it did not declare, then the untagged", () => {
    const operation = (tag?: string) => ({ get: { ...(tag ? { tags: [tag] } : {}), responses: {} } });
    const document: OpenApiDocument = {
      ...minimal,
      tags: [{ name: "B" }, { name: "Empty" }, { name: "A" }],
      paths: { "/1": operation(), "/2": operation("A"), "/3": operation("New"), "/4": operation("B") },
    };
    expect(chaptersOf(document, "Other").map(({ name }) => name)).toEqual(["B", "A", "New", "Other"]);
  });
});

describe("hasChapter", () => {
  it("knows the chapters by their addresses, and the schemas", () => {
    const document: OpenApiDocument = {
      ...minimal,
      paths: { "/1": { get: { tags: ["OAuth 2.0 and OpenID Connect"], responses: {} } } },
    };
    const known = ["oauth-2-0-and-openid-connect", "schemas"];
    expect(known.every((slug) => hasChapter(document, slug))).toBe(true);
    expect(["other", "oauth", "", "__proto__"].filter((slug) => hasChapter(document, slug))).toEqual([]);
  });
});

describe("resolve", () => {
  it("follows references to references and unescapes their names", () => {
    const shelf = { "a/b": { $ref: "#/x/c" }, c: { description: "here" } };
    expect(resolve(shelf, { $ref: "#/x/a~1b" })).toEqual({ description: "here" });
    expect(resolve(shelf, { $ref: "#/x/toString" })).toBeUndefined();
    expect(resolve(undefined, { $ref: "#/x/c" })).toBeUndefined();
    expect(resolve(shelf, undefined)).toBeUndefined();
  });
});
