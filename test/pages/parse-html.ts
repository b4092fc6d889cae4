export interface ParsedElement {
  tag: string;
  attributes: Map<string, string>;
}

/** The elements a browser would make of `html`, in order; attribute values have their character references resolved. */
export async function parseHtml(html: string): Promise<ParsedElement[]> {
  const elements: ParsedElement[] = [];
  const rewriter = new HTMLRewriter().on("*", {
    element(element) {
      const attributes = Array.from(element.attributes, ([name = "", value = ""]) => [name, unescaped(value)] as const);
      elements.push({ tag: element.tagName, attributes: new Map(attributes) });
    },
  });
  await rewriter.transform(new Response(html)).text();
  return elements;
}

export const byTag = (elements: readonly ParsedElement[], tag: string) =>
  elements.filter((element) => element.tag === tag);

/** The attributes of the element with this id, as a plain object. */
export function byId(elements: readonly ParsedElement[], id: string): Record<string, string> {
  const found = elements.filter(({ attributes }) => attributes.get("id") === id);
  if (found.length !== 1) throw new Error(`${found.length} elements have the id ${id}`);
  return { tag: found[0]?.tag ?? "", ...Object.fromEntries(found[0]?.attributes ?? []) };
}

/** The text a reader sees, without the head and without tags. */
export function visibleText(html: string): string {
  const body = html.slice(html.indexOf("<body>")).replace(/<script[^>]*>.*?<\/script>/gs, "");
  return unescaped(body.replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ")
    .trim();
}

const references: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

const unescaped = (text: string): string =>
  text.replace(/&(?:lt|gt|quot|#39|amp);/g, (name) => references[name] ?? name);
