import type { AppContext } from "./env.ts";

/** Whether a page is wanted: by a browser that navigates, or by whoever asks for HTML by name, as scripts that call an API do not. */
export const isNavigation = (c: AppContext): boolean =>
  c.req.header("sec-fetch-mode") === "navigate" || (c.req.header("accept") ?? "").includes("text/html");
