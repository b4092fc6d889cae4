/** Initial access tokens: RFC 7591 §1.2, §3. */
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import type { RegistrationTokenRow } from "../../storage/d1/registration-token-store.ts";
import { opaqueId } from "../admin/opaque-id.ts";
import type { RealmContext } from "../realm-context.ts";

export interface NewRegistrationToken {
  readonly note: string | null;
  /** Clients that may be registered with it. */
  readonly uses: number;
  readonly ttlSeconds: number;
}

/** A token of 256 bits, known now and never again. */
export async function makeRegistrationToken(
  context: RealmContext,
  { note, uses, ttlSeconds }: NewRegistrationToken,
): Promise<{ row: RegistrationTokenRow; token: string }> {
  const token = `gi_${randomHandle(32)}`;
  const now = context.clock.now();
  const row = await context.registrationTokens.insert({
    id: opaqueId(16),
    tokenHash: await sha256(token),
    note,
    usesLeft: uses,
    expiresAt: now + ttlSeconds * 1000,
    createdAt: now,
  });
  return { row, token };
}
