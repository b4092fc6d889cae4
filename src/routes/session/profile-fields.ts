import * as z from "zod";
import { limits } from "../../config/limits.ts";

/** A line of text that people see: no control characters, no line breaks (they would travel into mails and logs). */
export const nameSchema = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must not contain control characters");

/** Free to the site's front end, within bounds. */
export const metadataSchema = z
  .record(z.string().max(100), z.unknown())
  .refine(
    (value) => JSON.stringify(value).length <= limits.metadataBytes,
    `must not exceed ${limits.metadataBytes} bytes of JSON`,
  );

export const httpsUrlSchema = z.url({ protocol: /^https$/ }).max(limits.urlLength);
