import { DurableObject } from "cloudflare:workers";
import { type Bindings, parseEnv } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import { RealmStore } from "../d1/realm-store.ts";
import { databasesOf } from "../d1/shards.ts";
import { UserStore } from "../d1/user-store.ts";
import type { EventJob } from "../events.ts";
import { profileOf } from "../profile.ts";
import { clean, nextCleaningAt } from "./cleaning.ts";
import { endConnections } from "./connections.ts";
import { type EndReason, whyEnded } from "./ended-sessions.ts";
import {
  forgetEvents,
  hasUnsentEvents,
  keepEvent,
  noteListening,
  unsentAuditEvents,
  unsentEvents,
} from "./event-outbox.ts";
import { revokeGrants } from "./grants.ts";
import { forgetReadGrants } from "./grants-table.ts";
import { forgetOtherDevices } from "./known-devices.ts";
import { type LiveSession, liveSession } from "./live-session.ts";
import { tellTabs } from "./live-tabs.ts";
import { forgetNotices, hasUnsentNotices, unsentNotices } from "./logout-notices.ts";
import { forgetSecrets } from "./mailed-secrets.ts";
import { forgetEverything, migrate } from "./migrations.ts";
import { findProfile, forgetProfile, noteSessionsEnded, replaceProfile, seenRestore } from "./profile.ts";
import { forgetRevocations, hasUnsentRevocations, unsentRevocations } from "./revocations.ts";
import { countSessions, endOtherSessions, endOutdatedSessions, hasSession } from "./sessions.ts";
import { forgetReadSessions } from "./sessions-table.ts";

/** What every part of the user's object stands on: its tables, its alarm, the tabs that listen, and the end of everything. */
export abstract class BaseObject extends DurableObject<Bindings> {
  #sql: SqlStorage | null = null;
  #alarmAt: number | null = null;
  #sending: Promise<void> | null = null;

  constructor(state: DurableObjectState, env: Bindings) {
    super(state, env);
    const { restoredAt } = parseEnv(env);
    // A deployment starts every object anew, so that none goes on past this with what it knew.
    if (restoredAt > 0) void state.blockConcurrencyWhile(() => this.#catchUp(restoredAt));
  }

  /**
   * The database was taken back (docs/deploying.md), the object was not: before it answers anything, what it knows of its user becomes
   * what the row says. A user without a row is shut out, and keeps the rest, should the row come back. When D1 does not answer, nor
   * does the object.
   */
  async #catchUp(restoredAt: number): Promise<void> {
    const known = findProfile(this.sql);
    if (known === null || seenRestore(this.sql) >= restoredAt) return;
    const shard = await new RealmStore(databasesOf(this.env)).findShard(known.realmId);
    const row = shard === null ? null : await new UserStore(shard, known.realmId).findById(known.id);
    const restored = row === null ? { ...known, disabledAt: restoredAt } : profileOf(row);
    // What was ended since stays ended.
    const notBefore = Math.max(restored.notBefore, known.notBefore);
    replaceProfile(this.sql, { ...restored, notBefore }, restoredAt);
    if (restored.disabledAt === null) endOutdatedSessions(this.sql, { ...restored, notBefore }, "disabled", Date.now());
    else this.endAll(null, "disabled");
    this.tellOfEnds();
  }

  /** The object's tables, brought up to date when they are first asked for. */
  protected get sql(): SqlStorage {
    if (this.#sql !== null) return this.#sql;
    migrate(this.ctx.storage);
    this.#sql = this.ctx.storage.sql;
    return this.#sql;
  }

  protected liveSession(sid: string, now: number): LiveSession | null {
    return liveSession(this.sql, sid, now);
  }

  /** Tells whom it concerns what has become of sessions: open tabs at once, the others by the queue. Nobody waits for it. */
  protected tellOfEnds(): void {
    tellTabs(
      this.ctx,
      (sid) => hasSession(this.sql, sid),
      (sid) => whyEnded(this.sql, sid),
    );
    if (!this.#hasUnsent()) return;
    this.ctx.waitUntil(this.#wakeBy(Date.now() + limits.noticeResendMs));
    this.ctx.waitUntil(this.#sendNotices());
  }

  /** Hands over to the queue what is in the outbox. What it does not take stays, for the alarm to try again. */
  #sendNotices(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  #hasUnsent(): boolean {
    return hasUnsentNotices(this.sql) || hasUnsentEvents(this.sql) || hasUnsentRevocations(this.sql);
  }

  /** Until nothing is left, or a queue takes nothing: what is noted while the one is being sent goes along, too. */
  async #sendAll(): Promise<void> {
    for (;;) {
      const taken = await Promise.all([this.#sendJobs(), this.#sendAudit()]);
      if (taken.includes(false) || !this.#hasUnsent()) return;
    }
  }

  /** Whether the queue took them. */
  async #sendAudit(): Promise<boolean> {
    try {
      for (;;) {
        const events = unsentAuditEvents(this.sql, limits.queueBatchMessages);
        if (events.length === 0) return true;
        await this.env.AUDIT.sendBatch(events.map((body) => ({ body })));
        forgetEvents(this.sql, events);
      }
    } catch (error) {
      logKept(error);
      return false;
    }
  }

  /** Whether the queue took them. */
  async #sendJobs(): Promise<boolean> {
    try {
      for (;;) {
        const notices = unsentNotices(this.sql, limits.queueBatchMessages);
        const events = unsentEvents(this.sql, limits.queueBatchMessages - notices.length);
        const room = limits.queueBatchMessages - notices.length - events.length;
        const revocations = unsentRevocations(this.sql, room);
        const jobs = [...notices, ...events, ...revocations.map(({ notice }) => notice)];
        if (jobs.length === 0) return true;
        await this.env.JOBS.sendBatch(jobs.map((body) => ({ body })));
        forgetNotices(this.sql, notices);
        forgetEvents(this.sql, events);
        forgetRevocations(this.sql, revocations);
      }
    } catch (error) {
      logKept(error);
      return false;
    }
  }

  protected endAll(exceptSid: string | null, reason: EndReason): void {
    endOtherSessions(this.sql, exceptSid, reason, Date.now());
    noteSessionsEnded(this.sql, Date.now());
    revokeGrants(this.sql, null, Date.now());
    forgetSecrets(this.sql);
    if (reason !== "disabled") forgetOtherDevices(this.sql, exceptSid);
    this.tellOfEnds();
  }

  /** Ends every session and every grant, offline ones too. Answers how many sessions that were. */
  async endEverything(listens = false): Promise<number> {
    if (listens) noteListening(this.sql, true);
    const profile = findProfile(this.sql);
    const ended = profile === null ? 0 : countSessions(this.sql, profile, Date.now());
    this.endAll(null, "kicked");
    return ended;
  }

  /** Keeps an event that the queue did not take, until it does. */
  async keepEvent(job: EventJob): Promise<void> {
    keepEvent(this.sql, job, Date.now());
    this.tellOfEnds();
  }

  /** Forgets the user. What others have yet to be told stays until the queue has taken it. */
  async erase(listens = false): Promise<void> {
    if (listens) noteListening(this.sql, true);
    this.endAll(null, "disabled");
    endConnections(this.sql, Date.now());
    forgetEverything(this.ctx.storage, ["logout_notices", "events", "revocations"]);
    this.#forgetWhatWasRead();
    await this.#sendNotices();
    if (this.#hasUnsent()) return this.scheduleCleaning();
    await this.ctx.storage.deleteAlarm();
    this.#forgetWhatWasRead();
    await this.ctx.storage.deleteAll();
    this.#sql = null;
    this.#alarmAt = null;
  }

  /** Of that, nothing stands in the tables any more. */
  #forgetWhatWasRead(): void {
    forgetProfile(this.sql);
    forgetReadGrants(this.sql);
    forgetReadSessions(this.sql);
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    clean(this.sql, Date.now());
    this.tellOfEnds();
    await this.scheduleCleaning();
  }

  /** When the alarm rings, as far as this start of the object knows; null too when that is past. */
  #knownAlarm(now: number): number | null {
    return this.#alarmAt !== null && this.#alarmAt > now ? this.#alarmAt : null;
  }

  /**
   * Sets the alarm no later than that, in the step that needs it: should the object be gone right after, it is set. An earlier one that
   * only the storage knows, after a start, is set again: no start may put an alarm off.
   */
  async #wakeBy(at: number): Promise<void> {
    const known = this.#knownAlarm(Date.now());
    if (known !== null && known <= at) return;
    const asked = known ?? this.ctx.storage.getAlarm();
    await this.#setAlarm(at);
    const before = await asked;
    if (before !== null && before < (this.#alarmAt ?? at)) await this.#setAlarm(before);
  }

  async #setAlarm(at: number): Promise<void> {
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }

  protected async scheduleCleaning(): Promise<void> {
    const now = Date.now();
    // While one is due, nothing needs to be worked out: it looks around again, and none is set very far ahead.
    if (this.#knownAlarm(now) !== null) return;
    const stored = await this.ctx.storage.getAlarm();
    // It may have been set meanwhile.
    this.#alarmAt = this.#knownAlarm(now) ?? stored;
    if (this.#alarmAt !== null) return;
    const at = nextCleaningAt(this.sql, now);
    if (at !== null) await this.#setAlarm(Math.min(at, now + limits.longestUncleanedMs));
  }
}

function logKept(error: unknown): void {
  const name = error instanceof Error ? error.name : "unknown";
  console.error(JSON.stringify({ level: "error", message: "the queue took nothing from the outbox", error: name }));
}
