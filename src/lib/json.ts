import { utf8 } from "./base64url.ts";

/** The parsed value, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How long a value is as JSON, in bytes of UTF-8. */
export const jsonBytes = (value: unknown): number => utf8(JSON.stringify(value)).byteLength;
