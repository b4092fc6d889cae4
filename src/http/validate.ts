import type * as z from "zod";
import { Problem } from "../errors/errors.ts";

/** The parsed value, or a Problem that names each field and what is wrong with it. Values are never repeated. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  reason: "body-invalid" | "query-invalid" = "body-invalid",
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields: Record<string, string> = {};
  for (const issue of result.error.issues.slice(0, 20))
    fields[issue.path.map(String).join(".") || "body"] ??= issue.message;
  throw new Problem(reason, { fields });
}
