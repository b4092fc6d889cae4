/** POST /api/v1/sessions/verify: a main product's server asks about a token that it knows by its hash (contract §5). */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import type { ShownKey } from "../../domain/api-keys/api-key.ts";
import { minimalUser } from "../../domain/sources/minimal-user.ts";
import { verifyTokenHash } from "../../domain/sources/verify-token.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";
import { requireApiKey } from "../../http/api-key.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { requireTurns } from "../../http/turn.ts";
import { validate } from "../../http/validate.ts";
import { encodeBase64Url } from "../../lib/base64url.ts";
import { minimalUserSchema } from "./user-json.ts";

export const verifySchema = z.strictObject({
  token_hash: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .describe("SHA-256, in hex, of a session's token (the cookie's value) or of an access token."),
});

export const verifyAnswerSchema = z.discriminatedUnion("valid", [
  z.object({ valid: z.literal(true), user: minimalUserSchema }),
  z.object({ valid: z.literal(false) }),
]);

export const verifySession = (c: AppContext): Promise<Response> => inTime(answer(c));

async function answer(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const key = await requireApiKey(c, "sessions:verify");
  await takeTurn(c, key);
  const { token_hash } = validate(verifySchema, await readJson(c));
  const hash = encodeBase64Url(Uint8Array.from(token_hash.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  const profile = await verifyTokenHash(context, hash, key.client);
  if (profile === null) return c.json({ valid: false } satisfies z.output<typeof verifyAnswerSchema>);
  // An application's own server knows users by our ids.
  const { roles, ...user } = minimalUser(profile, key.source ?? { name: key.owner, userIdMode: "linked" });
  const found: z.output<typeof verifyAnswerSchema> = { valid: true, user: { ...user, roles: [...roles] } };
  return c.json(found);
}

/** Exact, for each key by itself: its object counts. */
async function takeTurn(c: AppContext, { id }: ShownKey): Promise<void> {
  const context = c.get("realm");
  const { session_checks_per_key_per_minute: perMinute } = context.realm.settings.rate_limits;
  const turn = await context.objects.callApiKey(id, (key) => key.takeTurn(perMinute));
  requireTurns(c, [{ counted: "key", perMinute, turn }]);
}

/** A server that waits for us has people waiting for it: what is not known in time is not known. */
async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StorageUnavailable("session check", null)), limits.sessionCheckTimeoutMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
