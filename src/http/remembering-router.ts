import type { Result } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * Hono's TrieRouter, which works out only once what answers an address that holds no parameter. There are as many of these as
 * were registered, and of methods as HTTP has, so strangers cannot make it remember more.
 */
export class RememberingRouter<Handler> extends TrieRouter<Handler> {
  readonly #plainPaths = new Set<string>();
  readonly #remembered = new Map<string, Result<Handler>>();

  override add(method: string, path: string, handler: Handler): void {
    super.add(method, path, handler);
    this.#remembered.clear();
    if (!/[:*?]/.test(path)) this.#plainPaths.add(path);
  }

  override match(method: string, path: string): Result<Handler> {
    if (!this.#plainPaths.has(path)) return super.match(method, path);
    const request = `${method} ${path}`;
    const known = this.#remembered.get(request);
    if (known !== undefined) return known;
    const found = super.match(method, path);
    this.#remembered.set(request, found);
    return found;
  }
}
