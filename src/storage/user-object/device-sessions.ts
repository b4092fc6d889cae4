import type { Profile } from "../profile.ts";
import { type CodeRedemption, redeemCode } from "./code-redemption.ts";
import { addConsent } from "./consents.ts";
import type { SignInPolicy } from "./entering.ts";
import { noteListening } from "./event-outbox.ts";
import { type GrantAnswer, revokeGrant } from "./grants.ts";
import { owedFactor } from "./second-factors.ts";
import { endSession, type NewSession, openSession, type SessionClient, takeUpSession, useSession } from "./sessions.ts";
import { isProven, isUnspent, spend } from "./spent.ts";

/** A live session lets a device in. The device's own session takes over who has signed in, how, and when. */
export interface DeviceApproval {
  /** The session that approves. */
  readonly sid: string;
  readonly session: Omit<NewSession, "amr" | "authTime" | "client" | "device" | "idleMs"> & {
    readonly client: SessionClient;
  };
  readonly scopes: readonly string[];
  readonly policy: SignInPolicy;
  /** Milliseconds since the epoch, when the device's code dies. A session that no device has taken up by then has ended. */
  readonly takeUpUntil: number;
}

export type DeviceApprovalAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: "session-ended" | "second-factor-not-proven" | "session-limit-reached" };

/** `attemptId` of the redemption names this very poll; the mark of it outlives the device code. */
export type DeviceRedemption = Omit<CodeRedemption, "grantedAt"> & {
  readonly codeExpiresAt: number;
  /** How long the session lives from now on without being used. */
  readonly sessionIdleMs: number;
};

export type DeviceGrantAnswer =
  | GrantAnswer
  | { readonly ok: false; readonly reason: "device-code-redeemed" | "device-approval-ended" };

/** Opens the session that the device will have, and notes the consent. The same sid again changes nothing. */
export function approveDevice(
  sql: SqlStorage,
  profile: Profile,
  approval: DeviceApproval,
  now: number,
): DeviceApprovalAnswer {
  const { session, policy } = approval;
  const approving = useSession(sql, profile, approval.sid, now);
  if (approving === null) return { ok: false, reason: "session-ended" };
  if (owedFactor(sql, policy.secondFactor) !== null && !approving.amr.includes("mfa"))
    return { ok: false, reason: "second-factor-not-proven" };
  noteListening(sql, policy.listens);
  const { amr, authTime } = approving;
  const idleMs = approval.takeUpUntil - now;
  if (!openSession(sql, profile, { ...session, amr, authTime, device: null, idleMs }, policy, now))
    return { ok: false, reason: "session-limit-reached" };
  addConsent(sql, session.client.id, approval.scopes, now);
  return { ok: true };
}

/**
 * Redeems an approved device code, once. A second redemption, by a caller who had everything right, is a stolen code or a lost answer:
 * what the first one gave is withdrawn, session included.
 */
export function redeemDevice(
  sql: SqlStorage,
  profile: Profile,
  redemption: DeviceRedemption,
  now: number,
): DeviceGrantAnswer {
  const { grantId, attemptId, sid, codeExpiresAt } = redemption;
  const mark = { id: `device-code|${grantId}`, attemptId, expiresAt: codeExpiresAt };
  if (!isUnspent(sql, mark, attemptId)) {
    revokeGrant(sql, grantId, now);
    endSession(sql, sid, "signed-out", now);
    return { ok: false, reason: "device-code-redeemed" };
  }
  const session = useSession(sql, profile, sid, now);
  if (session === null) return { ok: false, reason: "device-approval-ended" };
  if (!isProven(sql, redemption.proof)) return { ok: false, reason: "dpop-proof-replayed" };
  spend(sql, mark);
  takeUpSession(sql, sid, redemption.sessionIdleMs, now);
  return redeemCode(sql, profile, { ...redemption, grantedAt: session.createdAt }, now);
}
