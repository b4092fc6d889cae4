import type { Profile } from "../profile.ts";
import type { AttemptPolicy } from "./attempts.ts";
import { beginAttempt, beginJudgedAttempt, clearAttempts, judgeAttemptWrong } from "./attempts.ts";
import { BaseObject } from "./base-object.ts";
import { raise, type SessionRaising } from "./entering.ts";
import { type ChangeRefusal, changeFactors, type FactorChange, resetFactors } from "./factor-changes.ts";
import { attemptsKey } from "./known-devices.ts";
import type { LiveSession } from "./live-session.ts";
import { issueSecrets, proveSecret, type SecretAnswer, type SecretIssue, type SecretProof } from "./mailed-secrets.ts";
import { findProfile, noteTfaEnabled, putProfile } from "./profile.ts";
import {
  type FactorRefusal,
  type Factors,
  isEnrolled,
  listFactors,
  putImportedTotp,
  type SecondFactorPolicy,
  type SecondFactorProof,
  whyNotEnrol,
} from "./second-factors.ts";
import { putPendingTotp } from "./totp.ts";
import { forgetUnproven, noteBlindProof, unprovenUntil } from "./unproven.ts";

/** The part of the user's object that is about proofs: guesses, mailed secrets, second factors. */
export abstract class CredentialsObject extends BaseObject {
  /** See `raise`. */
  async raiseSession(sid: string, newSid: string, proof: SecondFactorProof): Promise<SessionRaising> {
    const raising = raise(this.sql, sid, newSid, proof, Date.now());
    this.tellOfEnds();
    await this.scheduleCleaning();
    return raising;
  }

  /** The user's factors, for the Worker to check one. With a policy this counts as a guess; `waitMs` says when there were too many. */
  async factors(guess: AttemptPolicy | null): Promise<Factors & { readonly waitMs: number }> {
    const now = Date.now();
    const waitMs = guess === null ? 0 : beginAttempt(this.sql, "second-factor", guess, now);
    return { ...listFactors(this.sql, now), waitMs };
  }

  /** Begins the set-up of an authenticator app, for a session or, when `sid` is null, for somebody on the way in. */
  async beginTotpSetUp(sealedSecret: string, setUpBy: string, sid: string | null): Promise<FactorRefusal | null> {
    const now = Date.now();
    const session = sid === null ? null : (this.liveSession(sid, now)?.session ?? "ended");
    if (session === "ended") return "session-ended";
    const barred = whyNotEnrol(this.sql, session, now);
    if (barred !== null) return barred;
    putPendingTotp(this.sql, sealedSecret, setUpBy, now);
    await this.scheduleCleaning();
    return null;
  }

  /** An authenticator app that came with the user from elsewhere. False when there is a factor already: that one stays. */
  async importTotp(profile: Profile, sealedSecret: string): Promise<boolean> {
    if (!putImportedTotp(this.sql, sealedSecret, Date.now())) return false;
    putProfile(this.sql, profile);
    noteTfaEnabled(this.sql, true);
    return true;
  }

  /** Changes the factors on behalf of a live session. Null when the session is over. */
  async changeFactors(
    sid: string,
    policy: SecondFactorPolicy,
    change: FactorChange & { readonly attemptId: string },
  ): Promise<(LiveSession & { readonly refused: ChangeRefusal | null }) | null> {
    const now = Date.now();
    const live = this.liveSession(sid, now);
    if (live === null) return null;
    const refused = changeFactors(this.sql, policy, live.session, change, now);
    noteTfaEnabled(this.sql, isEnrolled(this.sql));
    await this.scheduleCleaning();
    return { ...live, profile: findProfile(this.sql) ?? live.profile, refused };
  }

  /** Takes all second factors and passkeys from the user, and ends every session and grant. Answers how many sessions that were. */
  async resetFactors(): Promise<number> {
    resetFactors(this.sql);
    return this.endEverything();
  }

  /** 0 when the attempt may go ahead, else milliseconds to wait. */
  async beginAttempt(key: string, policy: AttemptPolicy): Promise<number> {
    return beginAttempt(this.sql, key, policy, Date.now());
  }

  /**
   * The same for an attempt that the caller judges: 0, milliseconds to wait, or "undecided" while others are being judged. `device`: the
   * mark that the browser brought; see `attemptsKey`.
   */
  async beginJudgedAttempt(
    key: string,
    policy: AttemptPolicy,
    device: string | null = null,
  ): Promise<number | "undecided"> {
    return beginJudgedAttempt(this.sql, attemptsKey(this.sql, key, device), policy, Date.now());
  }

  async judgeAttemptWrong(key: string, device: string | null = null): Promise<void> {
    judgeAttemptWrong(this.sql, attemptsKey(this.sql, key, device));
  }

  async clearAttempts(key: string, device: string | null = null): Promise<void> {
    clearAttempts(this.sql, attemptsKey(this.sql, key, device));
  }

  /** Notes the secrets of a message that is about to be sent. False when it must not be sent. */
  async issueSecrets(issue: SecretIssue): Promise<boolean> {
    const issued = issueSecrets(this.sql, issue, Date.now());
    await this.scheduleCleaning();
    return issued;
  }

  async proveSecret(proof: SecretProof): Promise<SecretAnswer> {
    const answer = proveSecret(this.sql, proof, Date.now());
    await this.scheduleCleaning();
    return answer;
  }

  async noteBlindProof(addressHash: string): Promise<void> {
    noteBlindProof(this.sql, addressHash, Date.now());
  }

  async unprovenUntil(addressHash: string): Promise<number | null> {
    return unprovenUntil(this.sql, addressHash);
  }

  /** Ends everything, and removes the ways in that were made up to that moment, before the owner of the address came. */
  async forgetUnproven(until: number): Promise<void> {
    forgetUnproven(this.sql, until);
    this.endAll(null, "credentials-changed");
  }
}
