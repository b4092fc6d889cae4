// Forms as data: one list of fields shows them, reads them back, and takes the API's faults to where they belong.
import { isRecord, parseJson } from "../../lib/json.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { checkName, type Field } from "../../pages/console/field.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import type { Refusal } from "./visit.ts";

interface ReadOptions {
  readonly texts: ConsoleTexts;
  /** What an empty field says: in a merge patch "back to the default" (RFC 7396), in a whole body nothing. */
  readonly empty: "null" | "left-out";
}

/** The JSON that the form's fields make, and what is not even JSON. Whether it is right, the API says. */
export function readFields(
  fields: readonly Field[],
  form: Parameters,
  { texts, empty }: ReadOptions,
): { body: Record<string, unknown>; errors: Record<string, string> } {
  const body: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const { value, fault } = readField(field, typedValue(field, form), texts);
    if (fault !== undefined) errors[field.name] = fault;
    else if (value !== undefined) put(body, field.name.split("."), value);
    else if (empty === "null") put(body, field.name.split("."), null);
  }
  return { body, errors };
}

interface ReadField {
  readonly value?: unknown;
  readonly fault?: string;
}

function readField(field: Field, typed: string, texts: ConsoleTexts): ReadField {
  switch (field.kind) {
    case "switch":
      return { value: typed === "true" };
    case "checks":
    case "lines":
      return { value: linesOf(typed) };
    case "number":
      if (typed === "") return {};
      return Number.isFinite(Number(typed)) ? { value: Number(typed) } : { fault: texts.form.notNumber };
    case "json": {
      if (typed.trim() === "") return {};
      const value = parseJson(typed);
      return value === undefined ? { fault: texts.form.notJson } : { value };
    }
    case "select":
      if (typed === "") return {};
      return { value: field.choices?.some(({ value }) => value === "true") ? typed === "true" : typed };
    default:
      return typed === "" ? {} : { value: field.kind === "secret" ? typed : typed.trim() };
  }
}

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** As a field's `value` says it. */
function typedValue(field: Field, form: Parameters): string {
  if (field.kind !== "checks") return form.get(field.name) ?? "";
  const chosen = field.choices?.filter(({ value }) => form.get(checkName(field.name, value)) === "true") ?? [];
  return chosen.map(({ value }) => value).join("\n");
}

function put(body: Record<string, unknown>, [name = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    body[name] = value;
    return;
  }
  const inner = isRecord(body[name]) ? body[name] : {};
  body[name] = inner;
  put(inner, rest, value);
}

/** The fields once more, with what was typed and what is wrong; as they are when this form was not the one. Secrets are typed again. */
export function retyped(
  fields: readonly Field[],
  does: string,
  refusal: Refusal | null,
  prefix = "",
): readonly Field[] {
  if (refusal === null || refusal.does !== does) return fields;
  return fields.map((field) => ({
    ...field,
    value: field.kind === "secret" ? "" : typedValue(field, refusal.typed),
    problem: faultOf(refusal.errors, `${prefix}${field.name}`) ?? faultOf(refusal.errors, field.name),
  }));
}

/** A list's fault names the entry, an object's its member. */
function faultOf(errors: Refusal["errors"], name: string): string | undefined {
  const entry = Object.entries(errors).find(([key]) => key === name || key.startsWith(`${name}.`));
  if (entry === undefined) return undefined;
  const [key, text] = entry;
  return key === name ? text : `${key.slice(name.length + 1)}: ${text}`;
}

/** What stands in a field for a value of the API's. */
export function textOf(kind: Field["kind"], value: unknown): string {
  if (value === undefined || value === null) return "";
  if (kind === "lines" || kind === "checks") return Array.isArray(value) ? value.join("\n") : "";
  if (kind === "json") return JSON.stringify(value, null, 2);
  return String(value);
}
