import { limits } from "../../config/limits.ts";
import type { Profile } from "../profile.ts";
import { clearAttempts } from "./attempts.ts";
import { noteListening } from "./event-outbox.ts";
import { attemptsKey, type DeviceNews, newsOf, noteDevice } from "./known-devices.ts";
import { enabledProfile, type LiveSession, liveSession } from "./live-session.ts";
import { noteSessionOver } from "./logout-notices.ts";
import { noteSessionsEnded, noteTfaEnabled, putProfile } from "./profile.ts";
import {
  acceptProof,
  type FactorRefusal,
  holdsRecoveryCodesOf,
  isEnrolled,
  judgeProof,
  judgeSignIn,
  type SecondFactorPolicy,
  type SecondFactorProof,
  type SecondStep,
  sessionsEndedAt,
  spendHalf,
} from "./second-factors.ts";
import {
  endOtherSessions,
  type NewSession,
  openSession,
  renameSession,
  replaceSession,
  type SessionLimit,
} from "./sessions.ts";

/** What the realm asks of every sign-in. */
export type SignInPolicy = SessionLimit & {
  readonly secondFactor: SecondFactorPolicy;
  /** Somebody wants to hear of sessions. */
  readonly listens: boolean;
};

export interface SignInTerms {
  readonly policy: SignInPolicy;
  readonly replacesSid: string | null;
  readonly brought: SecondStep | null;
}

/** `recoveryCodesStored`: those that came with the proof are the user's from now on. */
export type Entered = {
  readonly ok: true;
  readonly recoveryCodesStored: boolean;
  readonly deviceNews: DeviceNews;
} & LiveSession;

export type SessionOpening =
  | Entered
  | {
      readonly ok: false;
      readonly reason:
        | FactorRefusal
        | "session-limit-reached"
        | "proof-outdated"
        | "user-disabled"
        | "tfa-validation-is-required"
        | "tfa-setup-is-required";
    };

export type SessionRaising = Entered | { readonly ok: false; readonly reason: FactorRefusal };

/**
 * Opens a session; `replacesSid` is the one this browser had before. No other way leads to one, so that nobody who has a second
 * factor, or needs one here, gets past without `brought`.
 */
export function enter(
  sql: SqlStorage,
  given: Profile,
  session: NewSession,
  { policy, replacesSid, brought }: SignInTerms,
  now: number,
): SessionOpening {
  putProfile(sql, given);
  const profile = enabledProfile(sql);
  if (profile === null) return { ok: false, reason: "user-disabled" };
  noteListening(sql, policy.listens);
  const again = entered(sql, session.sid, brought?.proof ?? null, now);
  if (again !== null) return again;
  if (isOutdated(sql, given, profile, now)) return { ok: false, reason: "proof-outdated" };
  const attempts = attemptsKey(sql, "password", session.device?.brought ? session.device.mark : null);
  const judged = judgeSignIn(sql, policy.secondFactor, brought, session.sid, now);
  if (!judged.ok) {
    // What was brought was right so far; only the second factor is owed, and its guesses are counted apart.
    if (brought === null) clearAttempts(sql, attempts);
    return judged;
  }
  if (replacesSid !== null && replacesSid !== session.sid) replaceSession(sql, replacesSid, session.sid, now);
  const amr = union(session.amr, judged.amr);
  if (!openSession(sql, profile, { ...session, amr }, policy, now)) {
    noteSessionOver(sql, session.sid, now);
    return { ok: false, reason: "session-limit-reached" };
  }
  clearAttempts(sql, attempts);
  if (session.device !== null) noteDevice(sql, session.device, session.sid, now);
  if (brought !== null) {
    if (brought.half !== null) spendHalf(sql, brought.half, session.sid);
    accept(sql, brought.proof, session.sid, now);
  }
  return entered(sql, session.sid, brought?.proof ?? null, now) ?? { ok: false, reason: "user-disabled" };
}

/**
 * Who was signing in while all sessions were ended has shown what was good before, perhaps a password that is none any more. `given`: the
 * account as it was when that was looked at.
 */
function isOutdated(sql: SqlStorage, given: Profile, current: Profile, now: number): boolean {
  if (given.version >= current.version) return false;
  const endedAt = sessionsEndedAt(sql);
  const endedSince = given.notBefore < current.notBefore || endedAt >= current.updatedAt;
  return endedSince && endedAt > now - limits.longestSignInMs;
}

/** A live session goes on under a new name, with a second factor proven. The old name is worth nothing from then on. */
export function raise(
  sql: SqlStorage,
  sid: string,
  newSid: string,
  proof: SecondFactorProof,
  now: number,
): SessionRaising {
  const again = entered(sql, newSid, proof, now);
  if (again !== null) return again;
  const live = liveSession(sql, sid, now);
  if (live === null) return { ok: false, reason: "session-ended" };
  const judged = judgeProof(sql, proof, live.session, newSid, now);
  if (!judged.ok) return judged;
  renameSession(sql, live.session, newSid, { amr: union(live.session.amr, judged.amr) }, now);
  accept(sql, proof, newSid, now);
  return entered(sql, newSid, proof, now) ?? { ok: false, reason: "session-ended" };
}

/** Uses the proof up. Sessions from before the account had a second factor end when it gets its first. */
function accept(sql: SqlStorage, proof: SecondFactorProof, sid: string, now: number): void {
  const wasEnrolled = isEnrolled(sql);
  acceptProof(sql, proof, sid, now);
  clearAttempts(sql, "second-factor");
  if (wasEnrolled || !isEnrolled(sql)) return;
  noteTfaEnabled(sql, true);
  noteSessionsEnded(sql, now);
  endOtherSessions(sql, sid, "credentials-changed", now);
}

function entered(sql: SqlStorage, sid: string, proof: SecondFactorProof | null, now: number): Entered | null {
  const live = liveSession(sql, sid, now);
  if (live === null) return null;
  const recoveryCodesStored = proof !== null && holdsRecoveryCodesOf(sql, proof);
  return { ok: true, recoveryCodesStored, deviceNews: newsOf(sql, sid), ...live };
}

const union = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])];
