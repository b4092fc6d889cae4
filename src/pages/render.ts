import type { JSX } from "hono/jsx/jsx-runtime";

/**
 * A page element as the text of an HTML document.
 * @throws TypeError when a component is asynchronous: a page is a function of its props and waits for nothing.
 */
export function renderPage(element: JSX.Element): string {
  const html: unknown = element.toString();
  if (typeof html !== "string") throw new TypeError("a page must render synchronously");
  return `<!doctype html>${html}`;
}
