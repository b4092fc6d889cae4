import { DurableObject } from "cloudflare:workers";
import type { Bindings } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import type { Profile } from "../profile.ts";
import { type AttemptPolicy, beginAttempt, beginJudgedAttempt, clearAttempts, judgeAttemptWrong } from "./attempts.ts";
import { clean, nextCleaningAt } from "./cleaning.ts";
import { addConsent, consentedScopes } from "./consents.ts";
import { type EndReason, whyEnded } from "./ended-sessions.ts";
import { enter, raise, type SessionOpening, type SessionRaising, type SignInPolicy } from "./entering.ts";
import { type ChangeRefusal, changeFactors, type FactorChange, resetFactors } from "./factor-changes.ts";
import {
  type CodeRedemption,
  type Grant,
  type GrantAnswer,
  isTokenRevoked,
  liveGrant,
  type PresentedRefreshToken,
  redeemCode,
  revokeGrant,
  revokeGrants,
  revokeToken,
  rotateGrant,
} from "./grants.ts";
import { enabledProfile, type LiveSession, liveSession } from "./live-session.ts";
import { acceptTab, tellTabs } from "./live-tabs.ts";
import {
  forgetSecrets,
  issueSecrets,
  proveSecret,
  type SecretAnswer,
  type SecretIssue,
  type SecretProof,
} from "./mailed-secrets.ts";
import { migrate } from "./migrations.ts";
import { findProfile, noteSessionsEnded, noteTfaEnabled, putProfile } from "./profile.ts";
import {
  type FactorRefusal,
  type Factors,
  isEnrolled,
  listFactors,
  putPendingTotp,
  type SecondFactorPolicy,
  type SecondFactorProof,
  type SecondStep,
  whyNotEnrol,
} from "./second-factors.ts";
import {
  countSessions,
  endOtherSessions,
  endSession,
  hasSession,
  listSessions,
  type NewSession,
  type Session,
} from "./sessions.ts";
import { type Spending, spend } from "./spent.ts";
import { forgetUnproven, noteBlindProof, unprovenUntil } from "./unproven.ts";

export type { SessionOpening, SessionRaising } from "./entering.ts";
export type { LiveSession } from "./live-session.ts";

export type Kick =
  | { readonly ok: true; readonly activeSessions: number }
  | { readonly ok: false; readonly reason: "session-ended" | "session-unknown" };

export type SpentOnce =
  | ({ readonly ok: true } & LiveSession)
  | { readonly ok: false; readonly reason: "session-ended" | "already-spent" };

export interface LiveGrant {
  readonly grant: Grant;
  readonly profile: Profile;
}

type Refusal<Answer> = Exclude<Answer, { ok: true }>;
type UserGone = { readonly ok: false; readonly reason: "user-disabled" };

export type GrantResult = ({ readonly ok: true } & LiveGrant) | Refusal<GrantAnswer> | UserGone;

/**
 * One user: the only arbiter of what must happen once or in order for that user. Every method decides and writes without
 * an `await` in between, may be repeated by a caller who lost the answer, and answers with plain values.
 */
export class UserObject extends DurableObject<Bindings> {
  #migrated = false;
  #alarmAt: number | null = null;

  get #sql(): SqlStorage {
    if (!this.#migrated) {
      migrate(this.ctx.storage);
      this.#migrated = true;
    }
    return this.ctx.storage.sql;
  }

  /** Takes over the profile as D1 has it. `endSessions` ends sessions and grants too, all but the named session. */
  async putProfile(profile: Profile, endSessions: "none" | "all" | { except: string }): Promise<void> {
    putProfile(this.#sql, profile);
    if (endSessions === "none") return;
    const reason = profile.disabledAt === null ? "credentials-changed" : "disabled";
    this.#endAll(endSessions === "all" ? null : endSessions.except, reason);
  }

  #endAll(exceptSid: string | null, reason: EndReason): void {
    endOtherSessions(this.#sql, exceptSid, reason, Date.now());
    noteSessionsEnded(this.#sql, Date.now());
    revokeGrants(this.#sql, null, Date.now());
    forgetSecrets(this.#sql);
    this.#tellTabs();
  }

  /** See `enter`: the one way to a session. */
  async openSession(
    profile: Profile,
    session: NewSession,
    policy: SignInPolicy,
    how: { readonly replacesSid: string | null; readonly brought: SecondStep | null },
  ): Promise<SessionOpening> {
    const opening = enter(this.#sql, profile, session, policy, how, Date.now());
    this.#tellTabs();
    await this.#scheduleCleaning();
    return opening;
  }

  /** See `raise`. */
  async raiseSession(sid: string, newSid: string, proof: SecondFactorProof): Promise<SessionRaising> {
    const raising = raise(this.#sql, sid, newSid, proof, Date.now());
    this.#tellTabs();
    await this.#scheduleCleaning();
    return raising;
  }

  /** The user's factors, for the Worker to check one. With a policy this counts as a guess; `waitMs` says when there were too many. */
  async factors(guess: AttemptPolicy | null): Promise<Factors & { readonly waitMs: number }> {
    const now = Date.now();
    const waitMs = guess === null ? 0 : beginAttempt(this.#sql, "second-factor", guess, now);
    return { ...listFactors(this.#sql, now), waitMs };
  }

  /** Begins the set-up of an authenticator app, for a session or, when `sid` is null, for somebody on the way in. */
  async beginTotpSetUp(sealedSecret: string, setUpBy: string, sid: string | null): Promise<FactorRefusal | null> {
    const now = Date.now();
    const session = sid === null ? null : (this.#liveSession(sid, now)?.session ?? "ended");
    if (session === "ended") return "session-ended";
    const barred = whyNotEnrol(this.#sql, session, now);
    if (barred !== null) return barred;
    putPendingTotp(this.#sql, sealedSecret, setUpBy, now);
    await this.#scheduleCleaning();
    return null;
  }

  /** Changes the factors on behalf of a live session. Null when the session is over. */
  async changeFactors(
    sid: string,
    policy: SecondFactorPolicy,
    change: FactorChange & { readonly attemptId: string },
  ): Promise<(LiveSession & { readonly refused: ChangeRefusal | null }) | null> {
    const now = Date.now();
    const live = this.#liveSession(sid, now);
    if (live === null) return null;
    const refused = changeFactors(this.#sql, policy, live.session, change, now);
    noteTfaEnabled(this.#sql, isEnrolled(this.#sql));
    await this.#scheduleCleaning();
    return { ...live, profile: findProfile(this.#sql) ?? live.profile, refused };
  }

  /** Takes all second factors and passkeys from the user, and ends every session and grant. Answers how many sessions that were. */
  async resetFactors(): Promise<number> {
    resetFactors(this.#sql);
    return this.endEverything();
  }

  /** The session if it is alive; its use is written down. */
  async session(sid: string): Promise<LiveSession | null> {
    return this.#liveSession(sid, Date.now());
  }

  #liveSession(sid: string, now: number): LiveSession | null {
    return liveSession(this.#sql, sid, now);
  }

  /** For the authorization endpoint: the session, and what the user has granted this client. */
  async sessionAndConsent(sid: string, clientId: string): Promise<(LiveSession & { consented: string[] }) | null> {
    const live = this.#liveSession(sid, Date.now());
    return live === null ? null : { ...live, consented: consentedScopes(this.#sql, clientId) };
  }

  async addConsent(clientId: string, scopes: readonly string[]): Promise<void> {
    addConsent(this.#sql, clientId, scopes, Date.now());
  }

  /** Spends a one-time thing that a session stands behind. Not when the session is over: then it stays unspent, and worthless. */
  async spendOnce(spending: Spending & { sid: string }): Promise<SpentOnce> {
    const live = this.#liveSession(spending.sid, Date.now());
    if (live === null) return { ok: false, reason: "session-ended" };
    if (!spend(this.#sql, spending)) return { ok: false, reason: "already-spent" };
    await this.#scheduleCleaning();
    return { ok: true, ...live };
  }

  /** Spends a one-time thing that no session stands behind. True for the first attempt, and for the same attempt again. */
  async spend(spending: Spending): Promise<boolean> {
    const isFirst = spend(this.#sql, spending);
    await this.#scheduleCleaning();
    return isFirst;
  }

  /** The session if it is alive, and all the user's live sessions, the newest first. */
  async sessionAmongOthers(sid: string): Promise<(LiveSession & { sessions: Session[] }) | null> {
    const now = Date.now();
    const live = this.#liveSession(sid, now);
    return live === null ? null : { ...live, sessions: listSessions(this.#sql, live.profile, now) };
  }

  /** All live sessions, the newest first. */
  async sessions(): Promise<Session[]> {
    const profile = findProfile(this.#sql);
    return profile === null ? [] : listSessions(this.#sql, profile, Date.now());
  }

  /** Ends one session. False when there was none. */
  async endSession(sid: string, reason: EndReason = "signed-out"): Promise<boolean> {
    const ended = endSession(this.#sql, sid, reason, Date.now());
    this.#tellTabs();
    return ended;
  }

  /** Why a session that is over is over. */
  async whyEnded(sid: string): Promise<EndReason> {
    return whyEnded(this.#sql, sid);
  }

  /** A tab asks to hear of the end of its session. The Worker has checked the session's signature and the page's origin. */
  override async fetch(request: Request): Promise<Response> {
    const sid = new URL(request.url).searchParams.get("sid") ?? "";
    if (this.#liveSession(sid, Date.now()) === null) return new Response(null, { status: 403 });
    return acceptTab(this.ctx, sid);
  }

  #tellTabs(): void {
    tellTabs(
      this.ctx,
      (sid) => hasSession(this.#sql, sid),
      (sid) => whyEnded(this.#sql, sid),
    );
  }

  /**
   * Ends the target, or every other session, on behalf of a live session. Answers how many are left.
   */
  async kick(sid: string, targetSid: string | null): Promise<Kick> {
    const now = Date.now();
    const live = this.#liveSession(sid, now);
    if (live === null) return { ok: false, reason: "session-ended" };
    if (targetSid === null) {
      endOtherSessions(this.#sql, sid, "kicked", now);
      noteSessionsEnded(this.#sql, now);
    } else if (!endSession(this.#sql, targetSid, "kicked", now)) return { ok: false, reason: "session-unknown" };
    this.#tellTabs();
    return { ok: true, activeSessions: countSessions(this.#sql, live.profile, now) };
  }

  /** Ends every session and every grant, offline ones too. Answers how many sessions that were. */
  async endEverything(): Promise<number> {
    const profile = findProfile(this.#sql);
    const ended = profile === null ? 0 : countSessions(this.#sql, profile, Date.now());
    this.#endAll(null, "kicked");
    return ended;
  }

  async redeemCode(code: CodeRedemption): Promise<GrantResult> {
    const result = this.#withProfile((profile) => redeemCode(this.#sql, profile, code, Date.now()));
    await this.#scheduleCleaning();
    return result;
  }

  async rotateGrant(presented: PresentedRefreshToken): Promise<GrantResult> {
    return this.#withProfile((profile) => rotateGrant(this.#sql, profile, presented, Date.now()));
  }

  /** For userinfo and introspection: the grant behind an access token, if the token still means anything. */
  async grantOfToken(grantId: string, tokenId: string): Promise<GrantResult> {
    return this.#withProfile((profile) =>
      isTokenRevoked(this.#sql, tokenId)
        ? { ok: false, reason: "grant-revoked" }
        : liveGrant(this.#sql, profile, grantId, Date.now()),
    );
  }

  #withProfile(run: (profile: Profile) => GrantAnswer): GrantResult {
    const profile = enabledProfile(this.#sql);
    if (profile === null) return { ok: false, reason: "user-disabled" };
    const answer = run(profile);
    return answer.ok ? { ...answer, profile } : answer;
  }

  /** Ends a line of refresh tokens and the access tokens of its grant, if it is that client's. */
  async revokeGrant(grantId: string, clientId: string): Promise<void> {
    const profile = findProfile(this.#sql);
    if (profile === null) return;
    const answer = liveGrant(this.#sql, profile, grantId, Date.now());
    if (answer.ok && answer.grant.clientId === clientId) revokeGrant(this.#sql, grantId, Date.now());
  }

  /** `expiresAt`: milliseconds since the epoch, when the token dies by itself. */
  async revokeToken(tokenId: string, expiresAt: number): Promise<void> {
    revokeToken(this.#sql, tokenId, expiresAt);
    await this.#scheduleCleaning();
  }

  /** 0 when the attempt may go ahead, else milliseconds to wait. */
  async beginAttempt(key: string, policy: AttemptPolicy): Promise<number> {
    return beginAttempt(this.#sql, key, policy, Date.now());
  }

  /** The same for an attempt that the caller judges: 0, milliseconds to wait, or "undecided" while others are being judged. */
  async beginJudgedAttempt(key: string, policy: AttemptPolicy): Promise<number | "undecided"> {
    return beginJudgedAttempt(this.#sql, key, policy, Date.now());
  }

  async judgeAttemptWrong(key: string): Promise<void> {
    judgeAttemptWrong(this.#sql, key);
  }

  async clearAttempts(key: string): Promise<void> {
    clearAttempts(this.#sql, key);
  }

  /** Notes the secrets of a message that is about to be sent. False when it must not be sent. */
  async issueSecrets(issue: SecretIssue): Promise<boolean> {
    const issued = issueSecrets(this.#sql, issue, Date.now());
    await this.#scheduleCleaning();
    return issued;
  }

  async proveSecret(proof: SecretProof): Promise<SecretAnswer> {
    const answer = proveSecret(this.#sql, proof, Date.now());
    await this.#scheduleCleaning();
    return answer;
  }

  async noteBlindProof(addressHash: string): Promise<void> {
    noteBlindProof(this.#sql, addressHash, Date.now());
  }

  async unprovenUntil(addressHash: string): Promise<number | null> {
    return unprovenUntil(this.#sql, addressHash);
  }

  /** Ends everything, and removes the ways in that were made up to that moment, before the owner of the address came. */
  async forgetUnproven(until: number): Promise<void> {
    forgetUnproven(this.#sql, until);
    this.#endAll(null, "credentials-changed");
  }

  /** Forgets the user. */
  async erase(): Promise<void> {
    this.#endAll(null, "disabled");
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#migrated = false;
    this.#alarmAt = null;
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    clean(this.#sql, Date.now());
    this.#tellTabs();
    await this.#scheduleCleaning();
  }

  async #scheduleCleaning(): Promise<void> {
    const now = Date.now();
    // While one is due, nothing needs to be worked out: it looks around again, and none is set very far ahead.
    if (this.#alarmAt !== null && this.#alarmAt > now) return;
    const at = nextCleaningAt(this.#sql, now);
    if (at === null) return;
    this.#alarmAt = Math.min(at, now + limits.longestUncleanedMs);
    await this.ctx.storage.setAlarm(this.#alarmAt);
  }
}
