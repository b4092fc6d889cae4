import * as z from "zod";

// Some hundred schemas are made when an isolate starts, and each method of one makes a copy of it.

/** As `.describe(sentence)`, but of the schema itself. Only for one that nothing else uses. */
export function described<Schema extends z.ZodType>(schema: Schema, sentence: string): Schema {
  z.globalRegistry.add(schema, { description: sentence });
  return schema;
}

/** A whole number, both bounds included. */
export const int = (min: number, max: number): z.ZodInt => z.int().check(z.gte(min), z.lte(max));
