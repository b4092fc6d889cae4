import { DurableObject } from "cloudflare:workers";
import type { Bindings } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import { clean, nextCleaningAt } from "./cleaning.ts";
import { type EndReason, whyEnded } from "./ended-sessions.ts";
import { revokeGrants } from "./grants.ts";
import { type LiveSession, liveSession } from "./live-session.ts";
import { tellTabs } from "./live-tabs.ts";
import { forgetSecrets } from "./mailed-secrets.ts";
import { migrate } from "./migrations.ts";
import { findProfile, noteSessionsEnded } from "./profile.ts";
import { countSessions, endOtherSessions, hasSession } from "./sessions.ts";

/** What every part of the user's object stands on: its tables, its alarm, the tabs that listen, and the end of everything. */
export abstract class BaseObject extends DurableObject<Bindings> {
  #migrated = false;
  #alarmAt: number | null = null;

  protected get sql(): SqlStorage {
    if (!this.#migrated) {
      migrate(this.ctx.storage);
      this.#migrated = true;
    }
    return this.ctx.storage.sql;
  }

  protected liveSession(sid: string, now: number): LiveSession | null {
    return liveSession(this.sql, sid, now);
  }

  protected tellTabs(): void {
    tellTabs(
      this.ctx,
      (sid) => hasSession(this.sql, sid),
      (sid) => whyEnded(this.sql, sid),
    );
  }

  protected endAll(exceptSid: string | null, reason: EndReason): void {
    endOtherSessions(this.sql, exceptSid, reason, Date.now());
    noteSessionsEnded(this.sql, Date.now());
    revokeGrants(this.sql, null, Date.now());
    forgetSecrets(this.sql);
    this.tellTabs();
  }

  /** Ends every session and every grant, offline ones too. Answers how many sessions that were. */
  async endEverything(): Promise<number> {
    const profile = findProfile(this.sql);
    const ended = profile === null ? 0 : countSessions(this.sql, profile, Date.now());
    this.endAll(null, "kicked");
    return ended;
  }

  /** Forgets the user. */
  async erase(): Promise<void> {
    this.endAll(null, "disabled");
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#migrated = false;
    this.#alarmAt = null;
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    clean(this.sql, Date.now());
    this.tellTabs();
    await this.scheduleCleaning();
  }

  protected async scheduleCleaning(): Promise<void> {
    const now = Date.now();
    // While one is due, nothing needs to be worked out: it looks around again, and none is set very far ahead.
    if (this.#alarmAt !== null && this.#alarmAt > now) return;
    const at = nextCleaningAt(this.sql, now);
    if (at === null) return;
    this.#alarmAt = Math.min(at, now + limits.longestUncleanedMs);
    await this.ctx.storage.setAlarm(this.#alarmAt);
  }
}
