import { limits } from "../../config/limits.ts";
import {
  addPasskey,
  counterAdvances,
  findPasskey,
  listPasskeys,
  mayAddPasskey,
  type NewPasskey,
  notePasskeyUse,
  type Passkey,
} from "./passkeys.ts";
import { countRecoveryCodes, hasRecoveryCode, removeRecoveryCode, replaceRecoveryCodes } from "./recovery-codes.ts";
import type { Session } from "./sessions.ts";
import { isUnspent, type Spending, spend } from "./spent.ts";
import { confirmTotp, findTotp, isSetUpExpired, noteTotpUse, putConfirmedTotp } from "./totp.ts";

/** The realm's setting `tfa`. */
export type SecondFactorPolicy = "off" | "optional" | "required";

/** What the Worker has checked of a second factor. Whether it is still good is decided here, and here it is used up. */
export type SecondFactorProof =
  /** `checkedSecret`: what the code was checked with, as it was read here. `sealedSecret`: the same under the newest key, or as it was. */
  | { readonly kind: "totp"; readonly step: number; readonly sealedSecret: string; readonly checkedSecret?: string }
  | { readonly kind: "recovery-code"; readonly hash: string }
  | {
      readonly kind: "passkey";
      readonly id: string;
      readonly counter: number;
      readonly amr: readonly string[];
      readonly challenge: Challenge;
    }
  | {
      readonly kind: "new-totp";
      /** Who began the set-up, as `putPendingTotp` was told. */
      readonly setUpBy: string;
      readonly sealedSecret: string;
      readonly step: number;
      readonly recoveryHashes: readonly string[];
    }
  | {
      readonly kind: "new-passkey";
      readonly passkey: NewPasskey;
      readonly amr: readonly string[];
      readonly challenge: Challenge;
      readonly recoveryHashes: readonly string[];
    };

type Challenge = Omit<Spending, "attemptId">;

/** A sign-in whose first factor was proven in an earlier request. */
export interface HalfSignInMark {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly provenAt: number;
  readonly expiresAt: number;
}

export interface SecondStep {
  readonly proof: SecondFactorProof;
  /** Null when the proof is all there is: a passkey stands for both factors. */
  readonly half: HalfSignInMark | null;
}

export type FactorRefusal =
  | "second-factor-wrong"
  | "second-factor-set-up-expired"
  | "second-factor-not-proven"
  | "reauthentication-required"
  | "passkey-refused"
  | "passkeys-too-many"
  | "session-ended";

export type Judgement<Refused extends string = FactorRefusal> =
  | { readonly ok: true; readonly amr: readonly string[] }
  | { readonly ok: false; readonly reason: Refused };

/** Everything the Worker needs to check a factor. Secrets are sealed; recovery codes only counted. */
export interface Factors {
  readonly sealedTotpSecret: string | null;
  readonly pendingTotp: { readonly sealedSecret: string; readonly setUpBy: string } | null;
  readonly recoveryCodesLeft: number;
  readonly passkeys: readonly Passkey[];
}

export function listFactors(sql: SqlStorage, now: number): Factors {
  const pending = findTotp(sql, "pending");
  return {
    sealedTotpSecret: findTotp(sql, "confirmed")?.sealed_secret ?? null,
    pendingTotp:
      pending === null || isSetUpExpired(pending, now)
        ? null
        : { sealedSecret: pending.sealed_secret, setUpBy: pending.set_up_by },
    recoveryCodesLeft: countRecoveryCodes(sql),
    passkeys: listPasskeys(sql),
  };
}

/** Whether a password alone is not enough for this user. */
export const isEnrolled = (sql: SqlStorage): boolean =>
  findTotp(sql, "confirmed") !== null || listPasskeys(sql).some((passkey) => passkey.secondFactor);

const hasAnyFactor = (sql: SqlStorage): boolean => findTotp(sql, "confirmed") !== null || listPasskeys(sql).length > 0;

/** What somebody who has proven one factor still owes; null when nothing. Where a second is required, any passkey is one. */
export function owedFactor(
  sql: SqlStorage,
  policy: SecondFactorPolicy,
): "tfa-validation-is-required" | "tfa-setup-is-required" | null {
  if (isEnrolled(sql)) return "tfa-validation-is-required";
  if (policy !== "required") return null;
  return hasAnyFactor(sql) ? "tfa-validation-is-required" : "tfa-setup-is-required";
}

/** For a sign-in: nothing is owed, or what is brought settles it. `sid` names the session that it is to open. */
export function judgeSignIn(
  sql: SqlStorage,
  policy: SecondFactorPolicy,
  brought: SecondStep | null,
  sid: string,
  now: number,
): Judgement<FactorRefusal | "tfa-validation-is-required" | "tfa-setup-is-required"> {
  if (brought === null) {
    const owed = owedFactor(sql, policy);
    return owed === null ? { ok: true, amr: [] } : { ok: false, reason: owed };
  }
  const { half, proof } = brought;
  if (half !== null && (half.provenAt < sessionsEndedAt(sql) || !isUnspent(sql, markOf(half), sid)))
    return { ok: false, reason: "session-ended" };
  return judgeProof(sql, proof, null, sid, now);
}

/** Whether the proof is good. `session` brings it, or, when null, somebody who is signing in. Changes nothing. */
export function judgeProof(
  sql: SqlStorage,
  proof: SecondFactorProof,
  session: Session | null,
  sid: string,
  now: number,
): Judgement {
  const reason = whyRefused(sql, proof, session, sid, now);
  return reason === null ? { ok: true, amr: amrOf(proof) } : { ok: false, reason };
}

function whyRefused(
  sql: SqlStorage,
  proof: SecondFactorProof,
  session: Session | null,
  sid: string,
  now: number,
): FactorRefusal | null {
  if (proof.kind === "totp") return isUnusedCode(sql, proof) ? null : "second-factor-wrong";
  if (proof.kind === "recovery-code") return hasRecoveryCode(sql, proof.hash) ? null : "second-factor-wrong";
  if (proof.kind === "passkey") {
    const passkey = findPasskey(sql, proof.id);
    const isGood = passkey !== null && counterAdvances(passkey, proof.counter) && isUnspent(sql, proof.challenge, sid);
    return isGood ? null : "passkey-refused";
  }
  const barred = whyNotEnrol(sql, session, now);
  if (barred !== null) return barred;
  if (proof.kind === "new-totp") {
    const pending = findTotp(sql, "pending");
    const isSame = pending?.set_up_by === proof.setUpBy && pending.sealed_secret === proof.sealedSecret;
    return isSame && !isSetUpExpired(pending, now) ? null : "second-factor-set-up-expired";
  }
  if (!mayAddPasskey(sql)) return "passkeys-too-many";
  return findPasskey(sql, proof.passkey.id) === null && isUnspent(sql, proof.challenge, sid) ? null : "passkey-refused";
}

/** Of the app that there is: it may have been replaced while the code of the one before was looked at. */
function isUnusedCode(sql: SqlStorage, { step, checkedSecret }: Extract<SecondFactorProof, { kind: "totp" }>): boolean {
  const confirmed = findTotp(sql, "confirmed");
  if (confirmed === null || (checkedSecret ?? confirmed.sealed_secret) !== confirmed.sealed_secret) return false;
  return step > confirmed.last_step;
}

/**
 * A new factor is set up by a session that was opened a moment ago, with the factors there are; or on the way into an account
 * that has none at all. Half a sign-in never adds one to those there are.
 */
export function whyNotEnrol(sql: SqlStorage, session: Session | null, now: number): FactorRefusal | null {
  if (session === null) return hasAnyFactor(sql) ? "second-factor-not-proven" : null;
  if (isEnrolled(sql) && !session.amr.includes("mfa")) return "second-factor-not-proven";
  const isRecent = now - session.authTime <= limits.recentAuthenticationSeconds * 1000;
  return isRecent ? null : "reauthentication-required";
}

/** Authentication methods (RFC 8176 §2). A recovery code has no name there; that there were two factors has. */
function amrOf(proof: SecondFactorProof): readonly string[] {
  if (proof.kind === "totp" || proof.kind === "new-totp") return ["otp", "mfa"];
  return proof.kind === "recovery-code" ? ["mfa"] : proof.amr;
}

/** Uses up what was judged good just now. */
export function acceptProof(sql: SqlStorage, proof: SecondFactorProof, sid: string, now: number): void {
  if (proof.kind === "totp") {
    noteTotpUse(sql, proof.step, proof.sealedSecret);
  } else if (proof.kind === "recovery-code") {
    removeRecoveryCode(sql, proof.hash);
  } else if (proof.kind === "passkey") {
    spend(sql, { ...proof.challenge, attemptId: sid });
    notePasskeyUse(sql, proof.id, proof.counter, now);
  } else if (proof.kind === "new-totp") {
    confirmTotp(sql, proof.step);
    replaceRecoveryCodes(sql, proof.recoveryHashes);
  } else {
    spend(sql, { ...proof.challenge, attemptId: sid });
    addPasskey(sql, proof.passkey, now);
    if (proof.passkey.secondFactor && countRecoveryCodes(sql) === 0) replaceRecoveryCodes(sql, proof.recoveryHashes);
  }
}

/** Whether the recovery codes that came with the proof are the user's now. A second passkey leaves them with those they have. */
export function holdsRecoveryCodesOf(sql: SqlStorage, proof: SecondFactorProof): boolean {
  const brought = "recoveryHashes" in proof ? proof.recoveryHashes : [];
  return brought.length > 0 && brought.every((hash) => hasRecoveryCode(sql, hash));
}

/** Half a sign-in is finished once. */
export const spendHalf = (sql: SqlStorage, half: HalfSignInMark, sid: string): boolean =>
  spend(sql, { ...markOf(half), attemptId: sid });

const markOf = ({ id, expiresAt }: HalfSignInMark): Challenge => ({ id: `half-sign-in|${id}`, expiresAt });

/** A secret that was confirmed elsewhere. False, and nothing is changed, when there is any factor. */
export function putImportedTotp(sql: SqlStorage, sealedSecret: string, now: number): boolean {
  if (hasAnyFactor(sql)) return false;
  putConfirmedTotp(sql, sealedSecret, now);
  return true;
}

/** Since when half a sign-in from before is worth nothing, as are the sessions that were ended then. */
export const sessionsEndedAt = (sql: SqlStorage): number =>
  sql.exec<{ at: number }>("SELECT sessions_ended_at AS at FROM profile").toArray()[0]?.at ?? 0;
