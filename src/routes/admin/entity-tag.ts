// Versions as entity tags: RFC 9110 §8.8.3, §13.1.1.
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";

/** Tells the caller which version this is. */
export function sendVersion(c: AppContext, { version }: { readonly version: number }): void {
  c.header("etag", `"${version}"`);
}

/** Throws Problem, 412, when If-Match asks for another version than the one there is. Without the header any will do. */
export function requireMatch(c: AppContext, { version }: { readonly version: number }): void {
  const header = c.req.header("if-match");
  if (header === undefined || header.trim() === "*") return;
  const wanted = header.split(",", 20).map((tag) => tag.trim());
  if (!wanted.includes(`"${version}"`)) throw new Problem("version-outdated");
}
