/** `{{name}}` in what a call or a mapping sends (contract §6). Pure: one pass, and nothing that was put in is read again. */
import { Problem } from "../../errors/errors.ts";
import { isRecord } from "../../lib/json.ts";

/** With a backslash before it, it stands for itself. */
const macro = /\\?\{\{\s*([A-Za-z_][A-Za-z0-9_]{0,63})\s*\}\}/g;
const onlyMacro = /^\{\{\s*([A-Za-z_][A-Za-z0-9_]{0,63})\s*\}\}$/;

/** Values by name. What is not in it has no value. */
export type MacroValues = ReadonlyMap<string, unknown>;

/** Every name in the texts of a JSON value. */
export function namesIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === "string") {
    for (const [text, name = ""] of value.matchAll(macro)) if (!text.startsWith("\\")) found.add(name);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) namesIn(member, namesIn(key, found));
  }
  return found;
}

/** How many characters the macros of a JSON value stand for, as texts. Few of them may make much out of little. */
export function filledChars(value: unknown, values: MacroValues, known: Map<string, number> = new Map()): number {
  if (typeof value === "string") {
    let chars = 0;
    for (const [, name = ""] of value.matchAll(macro)) {
      const counted = known.get(name) ?? lengthOf(values.get(name));
      known.set(name, counted);
      chars += counted;
    }
    return chars;
  }
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (so, [key, member]) => so + filledChars(key, values, known) + filledChars(member, values, known),
    0,
  );
}

const lengthOf = (value: unknown): number =>
  value === undefined ? 0 : typeof value === "string" ? value.length : JSON.stringify(value).length;

/**
 * A JSON value with its macros filled in. A text that is one macro and nothing else becomes the value as it is, of its own type; as a
 * member of an object or a list it is left out when there is none.
 */
export function fill(value: unknown, values: MacroValues): unknown {
  if (typeof value === "string") {
    const name = onlyMacro.exec(value)?.[1];
    return name === undefined ? fillText(value, values) : values.get(name);
  }
  if (Array.isArray(value)) return value.map((member) => fill(member, values)).filter((member) => member !== undefined);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [fillText(key, values), fill(member, values)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

/** Within a text. Throws Problem for one without a value. */
export const fillText = (text: string, values: MacroValues): string =>
  replace(text, (name) => textOf(values.get(name), name));

/**
 * Within an address: each becomes a part of the one place that it stands in. Throws Problem for a value that a server might take for
 * more than that.
 */
export function fillAddress(template: string, values: MacroValues): string {
  const mark = template.indexOf("?");
  const path = mark < 0 ? template : template.slice(0, mark);
  const authority = /^[^/]*\/\/([^/?#]*)/.exec(path)?.[1] ?? path;
  if (namesIn(authority).size > 0) throw malformed("url", "must name its host itself");
  const filledPath = replace(path, (name) => {
    const value = textOf(values.get(name), name);
    if (value === "" || /[/\\]/.test(value) || value === "." || value === "..")
      throw malformed(name, "cannot stand in the path of an address");
    return encodeURIComponent(value);
  });
  const query = mark < 0 ? "" : template.slice(mark);
  return filledPath + replace(query, (name) => encodeURIComponent(textOf(values.get(name), name)));
}

const replace = (text: string, valueFor: (name: string) => string): string =>
  text.replaceAll(macro, (written: string, name: string) =>
    written.startsWith("\\") ? written.slice(1) : valueFor(name),
  );

function textOf(value: unknown, name: string): string {
  if (value === undefined || value === null) throw malformed(name, "has no value");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // A lone surrogate has no UTF-8, and what has none cannot be sent as it is.
  if (!text.isWellFormed()) throw malformed(name, "is not text");
  return text;
}

/** What is wrong with a call, field by field. Values are never repeated. */
export const malformed = (field: string, fault: string): Problem =>
  new Problem("call-malformed", { detail: `${field} ${fault}.`, fields: { [field]: fault } });
