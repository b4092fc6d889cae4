/** /admin/v1/realms/:realm/registration-tokens: make, list and withdraw initial access tokens (RFC 7591 §3). */
import * as z from "zod";
import { makeRegistrationToken } from "../../domain/clients/registration-token.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import type { RegistrationTokenRow } from "../../storage/d1/registration-token-store.ts";
import { nextCursor, nextCursorSchema, readPage } from "./paging.ts";
import { labelSchema } from "./text-fields.ts";
import { timeJson, timeSchema } from "./time-json.ts";

export const newRegistrationTokenSchema = z.strictObject({
  note: labelSchema.nullish().describe("For whom it is."),
  uses: z.int().min(1).max(10_000).default(1).describe("Clients that may be registered with it."),
  expires_in_seconds: z.int().min(60).max(31_536_000).default(604_800),
});

const registrationTokenSchema = z.object({
  id: z.string(),
  note: z.string().nullable(),
  uses_left: z.int(),
  expires_at: timeSchema,
  created_at: timeSchema,
});

export const madeRegistrationTokenSchema = registrationTokenSchema.extend({
  token: z.string().describe("Shown this once: only its hash is kept."),
});

export const registrationTokensAnswerSchema = z.object({
  registration_tokens: z.array(registrationTokenSchema),
  next_cursor: nextCursorSchema,
});

export async function postRegistrationToken(c: AppContext): Promise<Response> {
  const { note, uses, expires_in_seconds } = validate(newRegistrationTokenSchema, await readOptionalJson(c));
  const wanted = { note: note ?? null, uses, ttlSeconds: expires_in_seconds };
  const { row, token } = await makeRegistrationToken(c.get("realm"), wanted);
  return c.json({ ...registrationTokenJson(row), token }, 201);
}

export async function getRegistrationTokens(c: AppContext): Promise<Response> {
  const { limit, after } = readPage(c);
  const rows = await c.get("realm").registrationTokens.list(after, limit);
  return c.json({
    registration_tokens: rows.map(registrationTokenJson),
    ...nextCursor(
      rows.map((row) => row.id),
      limit,
    ),
  });
}

/** Clients that were registered with it stay. */
export async function removeRegistrationToken(c: AppContext): Promise<Response> {
  const deleted = await c.get("realm").registrationTokens.delete(c.req.param("token") ?? "");
  if (!deleted) throw new Problem("registration-token-unknown");
  return c.body(null, 204);
}

const registrationTokenJson = (row: RegistrationTokenRow): z.output<typeof registrationTokenSchema> => ({
  id: row.id,
  note: row.note,
  uses_left: row.usesLeft,
  expires_at: timeJson(row.expiresAt),
  created_at: timeJson(row.createdAt),
});
