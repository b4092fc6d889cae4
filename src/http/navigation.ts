import type { AppContext } from "./env.ts";

/** Whether a person is looking: a browser that navigates, and nothing that calls an API. */
export function isNavigation(c: AppContext): boolean {
  const mode = c.req.header("sec-fetch-mode");
  return mode === undefined ? (c.req.header("accept") ?? "").includes("text/html") : mode === "navigate";
}
