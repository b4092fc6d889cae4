/** Request parameters as OAuth reads them: an empty value is an omitted one, and none may come twice (RFC 6749 §3.1, §3.2). */
export class Parameters {
  readonly #values = new Map<string, string>();
  readonly #repeated = new Set<string>();

  constructor(pairs: Iterable<readonly [string, string]>) {
    const seen = new Set<string>();
    for (const [name, value] of pairs) {
      if (seen.has(name)) this.#repeated.add(name);
      seen.add(name);
      if (value !== "") this.#values.set(name, value);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** Parameters that came more than once. */
  get repeated(): ReadonlySet<string> {
    return this.#repeated;
  }

  /** For carrying the request along. */
  entries(): [string, string][] {
    return [...this.#values];
  }
}
