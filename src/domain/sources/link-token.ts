import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";
import { type CanonicalEmail, parseEmail } from "../users/canonical.ts";
import type { Person } from "./check-token.ts";
import { findSource } from "./source.ts";

const purpose = "account-link";

const sealedSchema = z.object({
  id: z.string(),
  source: z.string(),
  sourceId: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
});

/** Somebody who was handed over, and whose address has an account here: they may show that it is theirs, or have one made. */
export interface PendingLink extends Person {
  readonly id: string;
  readonly email: CanonicalEmail;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What stands for the hand-over meanwhile. It is sealed for this realm, and good once: nothing is stored for it. */
export async function sealLinkToken(
  { ring, realm, clock }: RealmContext,
  { source, sourceId, email, name }: Person,
): Promise<string> {
  const expiresAt = clock.now() + limits.linkTokenTtlSeconds * 1000;
  const pending = { id: await sha256(randomHandle(16)), source: source.name, sourceId, email, name, expiresAt };
  return ring.seal(purpose, realm.id, utf8(JSON.stringify(pending)));
}

/** Throws Problem: invalid-token when it was not sealed here, is of another realm, too old, or its source is gone; token-consumed. */
export async function openLinkToken(context: RealmContext, text: string): Promise<PendingLink> {
  const opened = await context.ring.open(purpose, context.realm.id, text);
  const pending = opened === null ? null : sealedSchema.safeParse(parseJson(fromUtf8(opened) ?? "")).data;
  if (!pending || pending.expiresAt <= context.clock.now()) throw new Problem("link-token-invalid");
  const source = await findSource(context, pending.source);
  const email = parseEmail(pending.email);
  if (source === null || source.disabled || email === null) throw new Problem("link-token-invalid");
  const { id, sourceId, name, expiresAt } = pending;
  if (await context.objects.isSpentForSource(source.name, spendingId(id))) throw new Problem("link-token-used");
  return { id, source, sourceId, email, emailVerified: false, name, expiresAt };
}

/** Uses the token up. Throws Problem: of any number at once, one succeeds. */
export async function spendLinkToken(context: RealmContext, { source, id, expiresAt }: PendingLink): Promise<void> {
  const spending = { id: spendingId(id), attemptId: randomHandle(16), expiresAt };
  if (!(await context.objects.spendForSource(source.name, spending))) throw new Problem("link-token-used");
}

const spendingId = (id: string): string => `link:${id}`;
