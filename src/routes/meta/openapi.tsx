/** GET /openapi.json, and the same to read: GET /docs, GET /docs/{chapter}. */
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import type { OpenApiDocument } from "../../pages/reference/open-api-document.ts";
import { hasChapter } from "../../pages/reference/outline.ts";
import { ReferenceChapterPage, ReferencePage } from "../../pages/reference-page.tsx";
import { openApiText } from "./open-api-text.ts";

let read: OpenApiDocument | undefined;
const document = (): OpenApiDocument => (read ??= JSON.parse(openApiText) as OpenApiDocument);

export function openapi(c: AppContext): Response {
  c.header("cache-control", "public, max-age=300");
  return c.body(openApiText, 200, { "content-type": "application/json" });
}

export const docs = (c: AppContext): Response =>
  sendPage(c, (frame) => <ReferencePage frame={frame} document={document()} />);

export function docsChapter(c: AppContext): Response {
  const slug = c.req.param("chapter") ?? "";
  if (!hasChapter(document(), slug)) throw new Problem("not-found");
  return sendPage(c, (frame) => <ReferenceChapterPage frame={frame} document={document()} slug={slug} />);
}
