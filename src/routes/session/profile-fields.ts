import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { jsonBytes } from "../../lib/json.ts";

/** A line of text that people see: no control characters, no line breaks (they would travel into mails and logs). */
export const nameSchema = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must not contain control characters");

/** Free to the site's front end, within bounds. */
export const metadataSchema = z
  .record(z.string().max(100), z.unknown())
  .refine((value) => jsonBytes(value) <= limits.metadataBytes, `must not exceed ${limits.metadataBytes} bytes of JSON`);

/** A language tag (BCP 47). What the pages are not written in is kept, and the next best is used. */
export const localeSchema = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, "must be a language tag, such as fr or pt-BR");

/** Kept as the URL parser spells it: escaped, and without what browsers would drop. */
export const httpsUrlSchema = z.url({ protocol: /^https$/, normalize: true }).max(limits.urlLength);
