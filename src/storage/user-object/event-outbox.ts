/** Events of this user that a queue has yet to take; see docs/decisions/0020 and 0025. */
import type { AuditEvent, AuditJob } from "../audit-events.ts";
import { type EventJob, type EventType, newEvent, userNames } from "../events.ts";
import { newAuditEvent } from "../new-audit-event.ts";
import { findProfile } from "./profile.ts";

/** From now on this user's sessions are told of, or no more. */
export function noteListening(sql: SqlStorage, listens: boolean): void {
  const flag = listens ? 1 : 0;
  sql.exec("UPDATE profile SET listens = ?1 WHERE listens <> ?1", flag);
}

/** Written down in the step in which it happens, if the realm listens. `about` says more than who and which session. */
export function noteSessionEvent(
  sql: SqlStorage,
  type: Extract<EventType, `session.${string}`>,
  sid: string,
  about: Readonly<Record<string, unknown>>,
  now: number,
): void {
  const isHeard = sql.exec("SELECT 1 FROM profile WHERE listens = 1").toArray().length > 0;
  const profile = isHeard ? findProfile(sql) : null;
  if (profile === null) return;
  const event = newEvent(type, { ...userNames(profile), session_id: sid, ...about }, now);
  keepEvent(sql, { type: "event", realmId: profile.realmId, event }, now);
}

/** The end of a session goes to the audit log whoever listens, in the step in which it ends. */
export function noteSessionAudited(sql: SqlStorage, sid: string, reason: string, now: number): void {
  const profile = findProfile(sql);
  if (profile === null) return;
  const user = String(profile.id);
  const actor = reason === "signed-out" ? ({ kind: "user", id: user } as const) : ({ kind: "system" } as const);
  const event = newAuditEvent({ type: "session.ended", reason, actor, user, details: { session_id: sid } }, now);
  keepEvent(sql, { type: "audit", realmId: profile.realmId, event }, now);
}

export function keepEvent(sql: SqlStorage, { realmId, event }: EventJob | AuditJob, now: number): void {
  sql.exec(
    "INSERT OR IGNORE INTO events (id, realm_id, json, noted_at) VALUES (?, ?, ?, ?)",
    event.id,
    realmId,
    JSON.stringify(event),
    now,
  );
}

/** The oldest first. */
export function unsentEvents(sql: SqlStorage, most: number): EventJob[] {
  return sql
    .exec<{ realm_id: string; json: string }>(
      "SELECT realm_id, json FROM events WHERE id >= 'evt' ORDER BY id LIMIT ?",
      most,
    )
    .toArray()
    .map(({ realm_id: realmId, json }) => ({ type: "event", realmId, event: JSON.parse(json) as EventJob["event"] }));
}

/** The same of those for the audit log, whose ids begin with `aud`. */
export function unsentAuditEvents(sql: SqlStorage, most: number): AuditJob[] {
  return sql
    .exec<{ realm_id: string; json: string }>(
      "SELECT realm_id, json FROM events WHERE id < 'evt' ORDER BY id LIMIT ?",
      most,
    )
    .toArray()
    .map(({ realm_id: realmId, json }) => ({ type: "audit", realmId, event: JSON.parse(json) as AuditEvent }));
}

export function forgetEvents(sql: SqlStorage, jobs: readonly (EventJob | AuditJob)[]): void {
  for (const { event } of jobs) sql.exec("DELETE FROM events WHERE id = ?", event.id);
}

export const hasUnsentEvents = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM events LIMIT 1").toArray().length > 0;
