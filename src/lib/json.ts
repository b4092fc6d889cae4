import { utf8 } from "./base64url.ts";

/** The parsed value, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A value on its way, as JSON: of plain members that JSON knows. */
export type JsonOf<Value> = string & { readonly value: Value };

export const toJson = <Value>(value: Value): JsonOf<Value> => JSON.stringify(value) as JsonOf<Value>;

export const fromJson = <Value>(text: JsonOf<Value>): Value => JSON.parse(text) as Value;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether lists and objects stand in each other more than `levels` deep. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** How many values there are in it, itself among them. */
export const countValues = (value: unknown): number =>
  typeof value !== "object" || value === null
    ? 1
    : Object.values(value).reduce<number>((so, member) => so + countValues(member), 1);

/** How long a value is as JSON, in bytes of UTF-8. */
export const jsonBytes = (value: unknown): number => utf8(JSON.stringify(value)).byteLength;
