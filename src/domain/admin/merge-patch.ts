// JSON merge patches: RFC 7396.
import * as z from "zod";
import { isRecord } from "../../lib/json.ts";

/**
 * The schema of a merge patch for what `schema` describes: every member may be left out, null takes it away, and objects within are
 * patched the same way. Defaults are for the whole, so the patch has none.
 */
export function mergePatchOf(schema: z.ZodObject): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, patchOf(field as z.ZodType)])),
  );
}

function patchOf(field: z.ZodType): z.ZodType {
  const patch = inner(bare(field)).nullish();
  return field.description === undefined ? patch : patch.describe(field.description);
}

function inner(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodObject) return mergePatchOf(field);
  if (field instanceof z.ZodRecord)
    return z.record(field.keyType as z.ZodString, inner(bare(field.valueType as z.ZodType)).nullable());
  return field;
}

function bare(field: z.ZodType): z.ZodType {
  const wraps =
    field instanceof z.ZodDefault ||
    field instanceof z.ZodPrefault ||
    field instanceof z.ZodOptional ||
    field instanceof z.ZodNullable;
  return wraps ? bare(field.unwrap() as z.ZodType) : field;
}

/** The target with the patch applied; the target itself stays as it is. */
export function applyMergePatch(
  target: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const patched = new Map(Object.entries(target));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) patched.delete(name);
    else if (isRecord(value)) patched.set(name, applyMergePatch(asRecord(patched.get(name)), value));
    else if (value !== undefined) patched.set(name, value);
  }
  return Object.fromEntries(patched);
}

const asRecord = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
