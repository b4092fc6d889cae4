// Fields from the schemas that validate: what may be set is written down once.
import * as z from "zod";
import { isRecord } from "../../lib/json.ts";
import type { Field } from "../../pages/console/field.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { textOf } from "./form-fields.ts";

interface SchemaOptions {
  readonly texts: ConsoleTexts;
  /** What holds now, by name. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** One field for each member of the schema; objects are opened, names then have dots. */
export function fieldsOfSchema(schema: z.ZodObject, { texts, values }: SchemaOptions, prefix = ""): Field[] {
  return Object.entries(schema.shape).flatMap(([member, raw]) => {
    const { type, description, standard } = unwrapped(raw as z.ZodType);
    const name = `${prefix}${member}`;
    const value = values[member];
    if (type instanceof z.ZodObject && opensWell(type))
      return fieldsOfSchema(type, { texts, values: isRecord(value) ? value : {} }, `${name}.`);
    const look = lookOf(type, standard !== undefined, texts);
    const standardText = look.kind === "switch" || standard === undefined ? undefined : shownStandard(standard, texts);
    return [
      {
        name,
        ...look,
        label: labelOf(name),
        language: "en",
        hint: description,
        unit: unitOf(member, texts),
        value: textOf(look.kind, value),
        standard:
          look.kind === "switch" && standard !== undefined ? (standard ? texts.form.on : texts.form.off) : standardText,
        resettable: standard !== undefined && JSON.stringify(value) !== JSON.stringify(standard),
      } satisfies Field,
    ];
  });
}

interface Unwrapped {
  readonly type: z.ZodType;
  readonly description: string | undefined;
  readonly standard: unknown;
}

function unwrapped(type: z.ZodType, description = type.description, standard: unknown = undefined): Unwrapped {
  const found = description ?? type.description;
  if (type instanceof z.ZodDefault || type instanceof z.ZodPrefault)
    return unwrapped(type.unwrap() as z.ZodType, found, type.def.defaultValue);
  if (type instanceof z.ZodOptional || type instanceof z.ZodNullable)
    return unwrapped(type.unwrap() as z.ZodType, found, standard);
  if (type instanceof z.ZodPipe) return unwrapped(type.def.out as z.ZodType, found, standard);
  return { type, description: found, standard };
}

type Look = Pick<Field, "kind" | "choices" | "min" | "max">;

function lookOf(type: z.ZodType, hasStandard: boolean, texts: ConsoleTexts): Look {
  if (type instanceof z.ZodBoolean)
    return hasStandard ? { kind: "switch" } : { kind: "select", choices: threeWays(texts) };
  if (type instanceof z.ZodNumber)
    return { kind: "number", min: type.minValue ?? undefined, max: type.maxValue ?? undefined };
  if (type instanceof z.ZodEnum) return { kind: "select", choices: choicesOf(type, hasStandard, texts) };
  if (type instanceof z.ZodArray) {
    const { type: entry } = unwrapped(type.element as z.ZodType);
    if (entry instanceof z.ZodEnum) return { kind: "checks", choices: choicesOf(entry, true, texts) };
    return entry instanceof z.ZodString || entry instanceof z.ZodStringFormat ? { kind: "lines" } : { kind: "json" };
  }
  return type instanceof z.ZodString || type instanceof z.ZodStringFormat ? { kind: "text" } : { kind: "json" };
}

const threeWays = ({ form }: ConsoleTexts): Field["choices"] => [
  { value: "", label: form.unchanged },
  { value: "true", label: form.on },
  { value: "false", label: form.off },
];

function choicesOf(type: z.ZodEnum, isRequired: boolean, { form }: ConsoleTexts): NonNullable<Field["choices"]> {
  const named = type.options.map((option) => ({ value: String(option), label: String(option) }));
  return isRequired ? named : [{ value: "", label: form.unchanged }, ...named];
}

/** An object of plain members is opened; one with objects or lists of its own is JSON. */
const opensWell = (type: z.ZodObject): boolean =>
  Object.values(type.shape).every((member) => {
    const { type: inner } = unwrapped(member as z.ZodType);
    return !(inner instanceof z.ZodObject || inner instanceof z.ZodRecord || inner instanceof z.ZodArray);
  }) && Object.keys(type.shape).length > 0;

function shownStandard(standard: unknown, { form }: ConsoleTexts): string {
  if (Array.isArray(standard)) return standard.length === 0 ? form.nothing : standard.join(", ");
  if (isRecord(standard)) return Object.keys(standard).length === 0 ? form.nothing : JSON.stringify(standard);
  return String(standard);
}

const abbreviations = /\b(?:api|id|jwks|par|pkce|uri|uris|url)\b/g;

/** `session_idle_seconds` → "Session idle": the unit stands beside it. `redirect_uris` → "Redirect URIs". */
function labelOf(name: string): string {
  const words = name
    .replaceAll(".", " – ")
    .replaceAll(/_(?:seconds|per_minute|per_hour)$/g, "")
    .replaceAll("_", " ")
    .replaceAll(abbreviations, (word) => (word === "uris" ? "URIs" : word.toUpperCase()));
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function unitOf(member: string, { form }: ConsoleTexts): string | undefined {
  if (member.endsWith("_seconds")) return form.seconds;
  if (member.endsWith("_per_minute")) return form.perMinute;
  return member.endsWith("_per_hour") ? form.perHour : undefined;
}
