import { clearAttempts } from "./attempts.ts";
import { listPasskeys, releasePasskeys, removeAllPasskeys, removePasskey, renamePasskey } from "./passkeys.ts";
import { noteTfaEnabled } from "./profile.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";
import {
  acceptProof,
  type FactorRefusal,
  isEnrolled,
  judgeProof,
  type SecondFactorPolicy,
  type SecondFactorProof,
  whyNotEnrol,
} from "./second-factors.ts";
import type { Session } from "./sessions.ts";
import { isSpent, spend } from "./spent.ts";
import { removeTotp } from "./totp.ts";

/** What a signed-in user may change of their factors, apart from proving one. */
export type FactorChange =
  /** Asks whether something could be changed. */
  | { readonly kind: "nothing" }
  | { readonly kind: "replace-recovery-codes"; readonly hashes: readonly string[] }
  | { readonly kind: "add-passkey"; readonly proof: Extract<SecondFactorProof, { kind: "new-passkey" }> }
  | { readonly kind: "rename-passkey"; readonly id: string; readonly name: string }
  | { readonly kind: "remove-passkey"; readonly id: string }
  | { readonly kind: "disable"; readonly proof: Extract<SecondFactorProof, { kind: "totp" | "recovery-code" }> };

const repeatableForMs = 60_000;

export type ChangeRefusal = FactorRefusal | "passkey-unknown" | "second-factor-absent" | "second-factor-required-here";

/**
 * Null when it was done. All but a new name need a session that was opened a moment ago, with the factors there are.
 * `attemptId` names this call: one that is repeated has been done already.
 */
export function changeFactors(
  sql: SqlStorage,
  policy: SecondFactorPolicy,
  session: Session,
  change: FactorChange & { readonly attemptId: string },
  now: number,
): ChangeRefusal | null {
  const { attemptId } = change;
  const mark = `factor-change|${attemptId}`;
  if (isSpent(sql, mark)) return null;
  const refused = tryChange(sql, policy, session, change, now);
  if (refused === null) spend(sql, { id: mark, attemptId, expiresAt: now + repeatableForMs });
  return refused;
}

function tryChange(
  sql: SqlStorage,
  policy: SecondFactorPolicy,
  session: Session,
  change: FactorChange & { readonly attemptId: string },
  now: number,
): ChangeRefusal | null {
  if (change.kind === "rename-passkey") return renamePasskey(sql, change.id, change.name) ? null : "passkey-unknown";
  const barred = whyNotEnrol(sql, session, now);
  if (barred !== null || change.kind === "nothing") return barred;
  if (change.kind === "replace-recovery-codes") {
    if (!isEnrolled(sql)) return "second-factor-absent";
    replaceRecoveryCodes(sql, change.hashes);
    return null;
  }
  if (change.kind === "add-passkey") return prove(sql, change.proof, session, change.attemptId, now);
  if (change.kind === "remove-passkey") return dropPasskey(sql, policy, change.id);
  if (!isEnrolled(sql)) return "second-factor-absent";
  if (policy === "required") return "second-factor-required-here";
  const refused = prove(sql, change.proof, session, change.attemptId, now);
  if (refused !== null) return refused;
  removeTotp(sql);
  releasePasskeys(sql);
  replaceRecoveryCodes(sql, []);
  return null;
}

/** The session stays what it is, so that what the proof is used up by is this very attempt. */
function prove(
  sql: SqlStorage,
  proof: SecondFactorProof,
  session: Session,
  attemptId: string,
  now: number,
): FactorRefusal | null {
  const judged = judgeProof(sql, proof, session, attemptId, now);
  if (!judged.ok) return judged.reason;
  acceptProof(sql, proof, attemptId, now);
  clearAttempts(sql, "second-factor");
  return null;
}

function dropPasskey(sql: SqlStorage, policy: SecondFactorPolicy, id: string): ChangeRefusal | null {
  const passkeys = listPasskeys(sql);
  if (!passkeys.some((passkey) => passkey.id === id)) return "passkey-unknown";
  const wasEnrolled = isEnrolled(sql);
  if (policy === "required" && isLastFactor(sql, passkeys.length)) return "second-factor-required-here";
  removePasskey(sql, id);
  if (wasEnrolled && !isEnrolled(sql)) replaceRecoveryCodes(sql, []);
  return null;
}

const isLastFactor = (sql: SqlStorage, passkeys: number): boolean =>
  passkeys === 1 && sql.exec("SELECT 1 FROM totp WHERE state = 'confirmed'").toArray().length === 0;

/** An operator's way back in for somebody who has lost everything. */
export function resetFactors(sql: SqlStorage): void {
  removeTotp(sql);
  removeAllPasskeys(sql);
  replaceRecoveryCodes(sql, []);
  noteTfaEnabled(sql, false);
}
