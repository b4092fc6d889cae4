// Where things stand in a JSON text that somebody typed, so that what is wrong can be pointed at.

/** `path`: names and positions joined by dots, as the API's errors have them. Lines begin with 1. */
export type PlacedJson =
  | { readonly ok: true; readonly value: unknown; readonly lines: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly line: number; readonly fault: JsonFault; readonly name?: string };

/** Not JSON from there on; a member that is there twice, of which one would be lost; deeper than the API takes. */
export type JsonFault = "syntax" | "repeated" | "deep";

const mostLevels = 32;

export function placeJson(text: string): PlacedJson {
  const reader = new Reader(text);
  try {
    reader.value([]);
    reader.end();
    return { ok: true, value: JSON.parse(text) as unknown, lines: reader.lines };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { fault, at, member } = error;
    return { ok: false, line: lineAt(text, at), fault, ...(member === undefined ? {} : { name: member }) };
  }
}

/** The line of the deepest part of a path that is there; 1 where none is. */
export function lineOf(lines: ReadonlyMap<string, number>, path: string): { line: number; depth: number } {
  const names = path.split(".");
  for (let depth = names.length; depth > 0; depth--) {
    const line = lines.get(names.slice(0, depth).join("."));
    if (line !== undefined) return { line, depth };
  }
  return { line: 1, depth: 0 };
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length;

class Fault extends Error {
  readonly fault: JsonFault;
  readonly at: number;
  readonly member: string | undefined;

  constructor(fault: JsonFault, at: number, member?: string) {
    super(fault);
    this.fault = fault;
    this.at = at;
    this.member = member;
  }
}

const blank = /[ \t\r\n]*/y;
const string = /"[ !#-[\]-\u{10ffff}]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\u{10ffff}]*)*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Walks through the text by the grammar (RFC 8259 §2 to §7), and notes on which line each member stands. */
class Reader {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  #at = 0;
  #line = 1;
  #countedTo = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(path: readonly string[]): void {
    this.#blank();
    if (path.length > mostLevels) throw new Fault("deep", this.#at);
    if (path.length > 0) this.lines.set(path.join("."), this.#lineHere());
    if (this.#take("{")) this.#members(path);
    else if (this.#take("[")) this.#entries(path);
    else if (this.#match(string) === null && this.#match(scalar) === null) throw new Fault("syntax", this.#at);
  }

  end(): void {
    this.#blank();
    if (this.#at < this.#text.length) throw new Fault("syntax", this.#at);
  }

  #members(path: readonly string[]): void {
    const seen = new Set<string>();
    this.#blank();
    if (this.#take("}")) return;
    do {
      this.#blank();
      const at = this.#at;
      const written = this.#match(string);
      if (written === null) throw new Fault("syntax", at);
      const name = JSON.parse(written) as string;
      if (seen.has(name)) throw new Fault("repeated", at, name);
      seen.add(name);
      this.#blank();
      this.#need(":");
      this.value([...path, name]);
      this.#blank();
    } while (this.#take(","));
    this.#need("}");
  }

  #entries(path: readonly string[]): void {
    this.#blank();
    if (this.#take("]")) return;
    let index = 0;
    do {
      this.value([...path, String(index++)]);
      this.#blank();
    } while (this.#take(","));
    this.#need("]");
  }

  #blank(): void {
    this.#match(blank);
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #need(sign: string): void {
    if (!this.#take(sign)) throw new Fault("syntax", this.#at);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #lineHere(): number {
    for (; this.#countedTo < this.#at; this.#countedTo++) if (this.#text[this.#countedTo] === "\n") this.#line += 1;
    return this.#line;
  }
}
