import type { OpenApiDocument, Operation, Parameter, PathItem, Schema, SchemaObject } from "./open-api-document.ts";

const methods = ["get", "post", "put", "patch", "delete", "head", "options"] as const satisfies (keyof PathItem)[];
export type Method = (typeof methods)[number];

export interface Endpoint {
  method: Method;
  path: string;
  operation: Operation;
  /** Those of the path and of the operation. */
  parameters: readonly Parameter[];
}

export interface Chapter {
  /** Its address below `/docs`. */
  slug: string;
  name: string;
  description?: string | undefined;
  endpoints: Endpoint[];
}

/** The operations by their first tag: declared tags first and in their order, then the others, then `untagged`. */
export function chaptersOf(document: OpenApiDocument, untagged: string): Chapter[] {
  const chapters = new Map<string, Chapter>();
  for (const { name, description } of document.tags ?? [])
    chapters.set(name, { slug: slugOf(name), name, description, endpoints: [] });
  const strays: Chapter = { slug: "other", name: untagged, endpoints: [] };
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item[method];
      if (!operation) continue;
      const tag = operation.tags?.[0];
      const known = tag === undefined ? strays : chapters.get(tag);
      const chapter = known ?? { slug: slugOf(tag ?? untagged), name: tag ?? untagged, endpoints: [] };
      if (!known) chapters.set(chapter.name, chapter);
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      chapter.endpoints.push({ method, path, operation, parameters });
    }
  }
  return [...chapters.values(), strays].filter(({ endpoints }) => endpoints.length > 0);
}

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

/** The chapter of what several endpoints speak of. */
export const schemasSlug = "schemas";

export const hasChapter = (document: OpenApiDocument, slug: string): boolean =>
  slug === schemasSlug || chaptersOf(document, "").some((chapter) => chapter.slug === slug);

export const referencePath = "/docs";

/** Of a chapter, or of one thing in it. */
export const chapterHref = (slug: string, within = ""): string => `${referencePath}/${slug}${within}`;

/** An element id, and as `href` the address of it on the same page. */
export function anchor(kind: "tag" | "schema" | Method, name: string): { id: string; href: string } {
  const id = `${kind}-${name.replace(/\s+/g, "-")}`;
  return { id, href: `#${encodeURIComponent(id)}` };
}

type Entry = Schema | { $ref?: string | undefined };

/**
 * Follows `$ref` through one shelf of `components` until the thing itself is met.
 * @returns undefined when the way leads nowhere or in a circle.
 */
export function resolve<T extends Entry>(
  shelf: Readonly<Record<string, T>> | undefined,
  entry: T | undefined,
): T | undefined {
  let current = entry;
  for (let hops = 0; hops < 8 && current !== undefined; hops += 1) {
    const name = referenceName(current);
    if (name === undefined) return current;
    current = shelf && Object.hasOwn(shelf, name) ? shelf[name] : undefined;
  }
  return undefined;
}

/** The last part of an entry's `$ref`; undefined when it has none. */
export function referenceName(entry: Entry): string | undefined {
  if (typeof entry === "boolean" || entry.$ref === undefined) return undefined;
  return entry.$ref
    .slice(entry.$ref.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}

/** The keywords that narrow a schema's values, as `minLength 8`. */
export function limitsOf(schema: SchemaObject): string[] {
  const keywords = ["minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] as const;
  const counted = [...keywords, "minItems", "maxItems", "pattern"] as const;
  return counted.flatMap((keyword) => (schema[keyword] === undefined ? [] : [`${keyword} ${schema[keyword]}`]));
}
