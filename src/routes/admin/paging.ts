import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { validate } from "../../http/validate.ts";
import { decodeBase64Url, encodeTextBase64Url, fromUtf8 } from "../../lib/base64url.ts";

export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(limits.pageSize).default(limits.pageSize).describe("Entries a page."),
  cursor: z.string().max(200).optional().describe("`next_cursor` of the page before."),
});

/** In the answer of each list. */
export const nextCursorSchema = z.string().optional().describe("Asks for the next page. Absent on the last one.");

export interface Page {
  readonly limit: number;
  /** The key of the last entry of the page before; "" at the beginning. */
  readonly after: string;
}

/** Throws Problem, 400, for a cursor that is none of ours: it would hide entries without a word. */
export function readPage(c: AppContext): Page {
  const { limit, cursor } = validate(pageQuerySchema, c.req.query(), "query-invalid");
  return { limit, after: cursor === undefined ? "" : parseCursor(cursor) };
}

/** The same for lists whose keys are numbers; 0 at the beginning. */
export function readNumberedPage(c: AppContext): { limit: number; after: number } {
  const { limit, cursor } = validate(pageQuerySchema, c.req.query(), "query-invalid");
  return { limit, after: numberedCursor(cursor) };
}

/** The key in a cursor of such a list. Throws Problem, 400. */
export function numberedCursor(cursor: string | undefined): number {
  const after = cursor === undefined ? "" : parseCursor(cursor);
  if (!/^(?:[1-9][0-9]{0,15})?$/.test(after) || !Number.isSafeInteger(Number(after))) throw wrongCursor();
  return Number(after);
}

/** The member `next_cursor` of an answer. `keys`: those of the page's entries. A full page may be the last one. */
export function nextCursor(keys: readonly (string | number)[], limit: number): { next_cursor?: string } {
  const last = keys.at(-1);
  return keys.length < limit || last === undefined ? {} : { next_cursor: encodeTextBase64Url(`after:${last}`) };
}

function parseCursor(cursor: string): string {
  const bytes = decodeBase64Url(cursor);
  const after = /^after:([A-Za-z0-9_-]{1,64})$/.exec((bytes === null ? null : fromUtf8(bytes)) ?? "")?.[1];
  if (after === undefined) throw wrongCursor();
  return after;
}

const wrongCursor = (): Problem => new Problem("query-invalid", { fields: { cursor: "is not a cursor of this list" } });
