import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

type Route<Handler> = readonly [method: string, path: string, handler: Handler];

/**
 * Hono's TrieRouter, one for each first segment of the addresses and one for all other addresses, made when it is first asked: a start
 * would otherwise build one of several hundred routes, of which the first answer needs five. What answers an address that holds no
 * parameter is worked out once. There are as many of these as were registered, and of methods as HTTP has, so strangers cannot make
 * it remember more.
 */
export class RememberingRouter<Handler> implements Router<Handler> {
  readonly name = "RememberingRouter";
  readonly #routes: Route<Handler>[] = [];
  readonly #firstSegments = new Set<string>();
  readonly #plainPaths = new Set<string>();
  readonly #tries = new Map<string | null, TrieRouter<Handler>>();
  readonly #remembered = new Map<string, Result<Handler>>();

  add(method: string, path: string, handler: Handler): void {
    this.#routes.push([method, path, handler]);
    const first = firstSegment(path);
    if (isPlain(first)) this.#firstSegments.add(first);
    if (isPlain(path)) this.#plainPaths.add(path);
    if (this.#tries.size > 0) this.#forget();
  }

  /** A map that is emptied is made anew, which is not for free a thousand times. */
  #forget(): void {
    this.#tries.clear();
    this.#remembered.clear();
  }

  match(method: string, path: string): Result<Handler> {
    if (!this.#plainPaths.has(path)) return this.#trieFor(path).match(method, path);
    const request = `${method} ${path}`;
    const known = this.#remembered.get(request);
    if (known !== undefined) return known;
    const found = this.#trieFor(path).match(method, path);
    this.#remembered.set(request, found);
    return found;
  }

  #trieFor(path: string): TrieRouter<Handler> {
    const segment = firstSegment(path);
    const first = this.#firstSegments.has(segment) ? segment : null;
    const made = this.#tries.get(first);
    if (made !== undefined) return made;
    const trie = new TrieRouter<Handler>();
    for (const [method, pattern, handler] of this.#routes) {
      const own = firstSegment(pattern);
      if (own === first || !isPlain(own)) trie.add(method, pattern, handler);
    }
    this.#tries.set(first, trie);
    return trie;
  }
}

const special = /[:*?]/;
const isPlain = (pattern: string): boolean => !special.test(pattern);

function firstSegment(path: string): string {
  const end = path.indexOf("/", 1);
  return end < 0 ? path.slice(1) : path.slice(1, end);
}
