import { sha256 } from "../../crypto/hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { RealmContext } from "../realm-context.ts";
import { changeFactors } from "../second-factor/change-factors.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";

/**
 * Removes one's own passkey, unless it is the only way in. Of several removals at once one has done it. Throws Problem: passkey-unknown,
 * passkey-last, second-factor-required-here, and what a session lacks for it.
 */
export async function removeOwnPasskey(context: RealmContext, session: ClaimedSession, id: string): Promise<void> {
  await changeFactors(context, session, { kind: "nothing" });
  const idHash = await sha256(id);
  const outcome = await context.passkeys.removeUnlessLast(idHash, session.userId);
  if (outcome === "last") throw new Problem("passkey-last");
  try {
    await changeFactors(context, session, { kind: "remove-passkey", id });
  } catch (error) {
    // The object keeps it: then it is to be found again.
    const isKept = error instanceof Problem && error.reason !== "passkey-unknown";
    if (outcome === "removed" && isKept) await context.passkeys.claim(idHash, session.userId);
    throw error;
  }
}
