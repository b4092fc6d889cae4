/** May come several times: RFC 8707 §2, RFC 8693 §2.1. */
const repeatable: ReadonlySet<string> = new Set(["resource", "audience"]);

/** Request parameters as OAuth reads them: an empty value is an omitted one, and none may come twice (RFC 6749 §3.1, §3.2). */
export class Parameters {
  readonly #values = new Map<string, string[]>();
  readonly #repeated = new Set<string>();

  constructor(pairs: Iterable<readonly [string, string]>) {
    const seen = new Set<string>();
    for (const [name, value] of pairs) {
      if (seen.has(name) && !repeatable.has(name)) this.#repeated.add(name);
      seen.add(name);
      if (value === "") continue;
      this.#values.set(name, repeatable.has(name) ? [...this.getAll(name), value] : [value]);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  /** Of the few that may come several times. */
  getAll(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Parameters that came more than once, and must not. */
  get repeated(): ReadonlySet<string> {
    return this.#repeated;
  }

  /** For carrying the request along. */
  entries(): [string, string][] {
    return [...this.#values].flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
  }
}
