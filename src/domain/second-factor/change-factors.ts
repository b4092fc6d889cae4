import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { AuditType } from "../../storage/audit-events.ts";
import type { FactorChange } from "../../storage/user-object/factor-changes.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import { proveTyped, type TypedFactor } from "./prove.ts";
import { newRecoveryCodes } from "./recovery-codes.ts";

/**
 * Changes one's own factors. The user's object lets it pass for a session that was opened a moment ago, with the factors there are.
 * Throws Problem.
 */
export async function changeFactors(
  context: RealmContext,
  session: ClaimedSession,
  change: FactorChange,
): Promise<LiveSession> {
  const named = { ...change, attemptId: randomHandle(16) };
  const answer = await context.objects.call(session.userId, (object) =>
    object.changeFactors(session.sid, context.realm.settings.tfa, named),
  );
  if (answer === null) throw new Problem("session-ended");
  if (answer.refused !== null) throw new Problem(answer.refused);
  const type = eventOf[change.kind];
  if (type !== null) recordEvent(context, { type, user: session.userId });
  return { session: answer.session, profile: answer.profile, activeSessions: answer.activeSessions };
}

const eventOf: Record<FactorChange["kind"], AuditType | null> = {
  nothing: null,
  disable: "factor.removed",
  "replace-recovery-codes": "factor.recovery_codes_renewed",
  "add-passkey": "passkey.added",
  "rename-passkey": null,
  "remove-passkey": "passkey.removed",
};

/** From now on the first factor is enough again. It takes one of the second factors to get here. */
export async function disableSecondFactor(
  context: RealmContext,
  session: ClaimedSession,
  typed: TypedFactor,
): Promise<LiveSession> {
  const proof = await proveTyped(context, session.userId, typed);
  return changeFactors(context, session, { kind: "disable", proof });
}

/** New recovery codes, in clear this once; those from before are worth nothing any more. */
export async function renewRecoveryCodes(context: RealmContext, session: ClaimedSession): Promise<readonly string[]> {
  const { codes, hashes } = await newRecoveryCodes(context, session.userId);
  await changeFactors(context, session, { kind: "replace-recovery-codes", hashes });
  return codes;
}

/** Takes every second factor and passkey from a user, and ends their sessions; answers how many. For operators. */
export async function resetSecondFactors(context: RealmContext, userId: number): Promise<number> {
  const ended = await context.objects.call(userId, (object) => object.resetFactors());
  await context.passkeys.removeAllOf(userId);
  return ended;
}
