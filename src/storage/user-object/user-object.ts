import { type JsonOf, toJson } from "../../lib/json.ts";
import type { Profile } from "../profile.ts";
import { type KnownConnection, listConnections, withoutSecrets } from "./connections.ts";
import { addConsent, type Consent, consentedScopes, listConsents, revokeConsent } from "./consents.ts";
import { type EndedSession, type EndReason, listEnded, sessionKnownAs, whyEnded } from "./ended-sessions.ts";
import { enter, type SessionOpening, type SignInPolicy } from "./entering.ts";
import { noteListening } from "./event-outbox.ts";
import { revokeGrants } from "./grants.ts";
import { GrantsObject } from "./grants-object.ts";
import { endGuesthood, type GuestLife, guestLife, type UserTerms, wasGuest } from "./guests.ts";
import { type Turn, takeTurn } from "./key-calls.ts";
import type { LiveSession } from "./live-session.ts";
import { acceptTab } from "./live-tabs.ts";
import { noteClient } from "./logout-notices.ts";
import { findProfile, noteSessionsEnded, putProfile } from "./profile.ts";
import { type Factors, listFactors, type SecondStep } from "./second-factors.ts";
import {
  countSessions,
  endOtherSessions,
  endOutdatedSessions,
  endSession,
  hasSession,
  listSessions,
  type NewSession,
  type Session,
} from "./sessions.ts";
import { isSpent, type Spending, spend } from "./spent.ts";

export type { SessionRaising } from "./entering.ts";
export type { LiveSession } from "./live-session.ts";

export type SessionAndConsent = LiveSession & { readonly consented: readonly string[] };

export type Kick =
  | { readonly ok: true; readonly activeSessions: number }
  | { readonly ok: false; readonly reason: "session-ended" | "session-unknown" };

export type SpentOnce =
  | ({ readonly ok: true } & LiveSession)
  | { readonly ok: false; readonly reason: "session-ended" | "already-spent" };

export interface OwnRecords {
  readonly tfaEnabled: boolean;
  readonly sessions: Session[];
  readonly endedSessions: EndedSession[];
  readonly consents: Consent[];
  readonly connections: KnownConnection[];
  readonly factors: Factors;
}

/**
 * One user: the only arbiter of what must happen once or in order for that user. Every method decides and writes without
 * an `await` in between, may be repeated by a caller who lost the answer, and answers with plain values.
 */
export class UserObject extends GrantsObject {
  /**
   * Takes over the profile as D1 has it. `endSessions` ends sessions and grants too, all but the named session. Answers whether nothing was
   * known of the user, who was deleted meanwhile, it may be; a call that is repeated may not know.
   */
  async putProfile(
    profile: Profile,
    endSessions: "none" | "all" | { except: string },
    listens = false,
  ): Promise<boolean> {
    const known = findProfile(this.sql);
    const isNewHere = known === null || known.version >= profile.version;
    const outgrown = wasGuest(this.sql, profile);
    putProfile(this.sql, profile);
    if (listens) noteListening(this.sql, true);
    const reason = profile.disabledAt === null ? "credentials-changed" : "disabled";
    if (outgrown || endSessions === "all") this.endAll(null, reason);
    else if (endSessions !== "none") this.endAll(endSessions.except, reason);
    else {
      endOutdatedSessions(this.sql, profile, reason, Date.now());
      this.tellOfEnds();
    }
    return isNewHere;
  }

  /**
   * See `enter`: the one way to a session. `isNewHere`: until then nothing was known of the user, who is new, or was deleted while they
   * signed in; a call that is repeated may not know.
   */
  async openSession(
    profile: Profile,
    session: NewSession,
    policy: SignInPolicy,
    how: { readonly replacesSid: string | null; readonly brought: SecondStep | null },
  ): Promise<SessionOpening & { readonly isNewHere?: boolean }> {
    const isNewHere = findProfile(this.sql) === null || hasSession(this.sql, session.sid);
    const opening = enter(this.sql, profile, session, { ...how, policy }, Date.now());
    this.tellOfEnds();
    await this.scheduleCleaning();
    return { ...opening, isNewHere };
  }

  /** See `endGuesthood`. Null when the session is over. */
  async endGuesthood(
    profile: Profile,
    session: { readonly sid: string; readonly newSid: string; readonly amr: readonly string[] },
    terms: UserTerms,
  ): Promise<LiveSession | null> {
    const live = endGuesthood(this.sql, profile, session, terms, Date.now());
    this.tellOfEnds();
    return live;
  }

  /** The session if it is alive; its use is written down. */
  async session(sid: string): Promise<JsonOf<LiveSession | null>> {
    return toJson(this.liveSession(sid, Date.now()));
  }

  /** For the authorization endpoint: the session, and what the user has granted this client. */
  async sessionAndConsent(sid: string, clientId: string): Promise<JsonOf<SessionAndConsent | null>> {
    const live = this.liveSession(sid, Date.now());
    return toJson(live === null ? null : { ...live, consented: consentedScopes(this.sql, clientId) });
  }

  async addConsent(clientId: string, scopes: readonly string[]): Promise<void> {
    addConsent(this.sql, clientId, scopes, Date.now());
  }

  /** A client was told who the user is, without a grant: what they agreed to, and whose session's end it is to hear of. */
  async noteAssertion(clientId: string, scopes: readonly string[], sid: string | null): Promise<void> {
    if (scopes.length > 0) addConsent(this.sql, clientId, scopes, Date.now());
    if (sid !== null && hasSession(this.sql, sid)) noteClient(this.sql, clientId, sid);
  }

  /** What the user has granted to clients. With `sid`, on behalf of that session: null when it is over. */
  async consents(sid: string | null): Promise<Consent[] | null> {
    if (sid !== null && this.liveSession(sid, Date.now()) === null) return null;
    return listConsents(this.sql);
  }

  /** Takes back what a client was granted; see `revokeConsent`. With `sid`, on behalf of that session. */
  async revokeConsent(sid: string | null, clientId: string): Promise<"revoked" | "unknown" | "session-ended"> {
    const now = Date.now();
    if (sid !== null && this.liveSession(sid, now) === null) return "session-ended";
    if (!revokeConsent(this.sql, clientId, now)) return "unknown";
    revokeGrants(this.sql, clientId, now);
    this.tellOfEnds();
    return "revoked";
  }

  /** Spends a one-time thing that a session stands behind. Not when the session is over: then it stays unspent, and worthless. */
  async spendOnce(spending: Spending & { sid: string }): Promise<SpentOnce> {
    const live = this.liveSession(spending.sid, Date.now());
    if (live === null) return { ok: false, reason: "session-ended" };
    if (!spend(this.sql, spending)) return { ok: false, reason: "already-spent" };
    await this.scheduleCleaning();
    return { ok: true, ...live };
  }

  /** Spends a one-time thing that no session stands behind. True for the first attempt, and for the same attempt again. */
  async spend(spending: Spending): Promise<boolean> {
    const isFirst = spend(this.sql, spending);
    await this.scheduleCleaning();
    return isFirst;
  }

  /** Counts a call of an API key, of a client, or for a user; see `takeTurn`. */
  async takeTurn(perMinute: number): Promise<Turn> {
    return takeTurn(this.sql, perMinute, Date.now());
  }

  async isSpent(id: string): Promise<boolean> {
    return isSpent(this.sql, id);
  }

  /** The session if it is alive, and all the user's live sessions, the newest first. */
  async sessionAmongOthers(sid: string): Promise<(LiveSession & { sessions: Session[] }) | null> {
    const now = Date.now();
    const live = this.liveSession(sid, now);
    return live === null ? null : { ...live, sessions: listSessions(this.sql, live.profile, now) };
  }

  /** All live sessions, the newest first. */
  async sessions(): Promise<Session[]> {
    const profile = findProfile(this.sql);
    return profile === null ? [] : listSessions(this.sql, profile, Date.now());
  }

  /** All that the object knows of its user. */
  async ownData(): Promise<OwnRecords> {
    const now = Date.now();
    const profile = findProfile(this.sql);
    return {
      tfaEnabled: profile?.tfaEnabled ?? false,
      sessions: profile === null ? [] : listSessions(this.sql, profile, now),
      endedSessions: listEnded(this.sql),
      consents: listConsents(this.sql),
      connections: listConnections(this.sql, null).map(withoutSecrets),
      factors: listFactors(this.sql, now),
    };
  }

  /** Ends one session. False when there was none. */
  async endSession(sid: string, reason: EndReason = "signed-out", listens = false): Promise<boolean> {
    if (listens) noteListening(this.sql, true);
    const ended = endSession(this.sql, sid, reason, Date.now());
    this.tellOfEnds();
    return ended;
  }

  /** The same for a caller who may know the session by a name that it had once. */
  async endSessionKnownAs(sid: string, listens = false): Promise<boolean> {
    return this.endSession(sessionKnownAs(this.sql, sid), "signed-out", listens);
  }

  /** When anybody last came back for this guest; `live`: whether anybody still can. */
  async guestLife(): Promise<GuestLife> {
    return guestLife(this.sql, Date.now());
  }

  /** Why a session that is over is over. */
  async whyEnded(sid: string): Promise<EndReason> {
    return whyEnded(this.sql, sid);
  }

  /** A tab asks to hear of the end of its session. The Worker has checked the session's signature and the page's origin. */
  override async fetch(request: Request): Promise<Response> {
    const sid = new URL(request.url).searchParams.get("sid") ?? "";
    if (this.liveSession(sid, Date.now()) === null) return new Response(null, { status: 403 });
    return acceptTab(this.ctx, sid);
  }

  /**
   * Ends the target, or every other session, on behalf of a live session. Answers how many are left.
   */
  async kick(sid: string, targetSid: string | null, listens = false): Promise<Kick> {
    const now = Date.now();
    if (listens) noteListening(this.sql, true);
    const live = this.liveSession(sid, now);
    if (live === null) return { ok: false, reason: "session-ended" };
    if (targetSid === null) {
      endOtherSessions(this.sql, sid, "kicked", now);
      noteSessionsEnded(this.sql, now);
    } else if (!endSession(this.sql, targetSid, "kicked", now)) return { ok: false, reason: "session-unknown" };
    this.tellOfEnds();
    return { ok: true, activeSessions: countSessions(this.sql, live.profile, now) };
  }
}
