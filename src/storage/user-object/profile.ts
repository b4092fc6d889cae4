import type { Profile } from "../profile.ts";

/** The profile as it stands in the table, so that it is parsed once and not with every call. Frozen, as many callers share it. */
const parsed = new WeakMap<SqlStorage, Profile>();

/** Keeps the newest version of the profile; an older one that arrives late is ignored. */
export function putProfile(sql: SqlStorage, profile: Profile): void {
  parsed.delete(sql);
  sql.exec(
    `INSERT INTO profile (id, version, json) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, json = excluded.json WHERE excluded.version > version`,
    profile.version,
    JSON.stringify(profile),
  );
}

/** Puts the row in the place of whatever there was, also of a newer version: the database was taken back to that state. */
export function replaceProfile(sql: SqlStorage, profile: Profile, restoredAt: number): void {
  parsed.delete(sql);
  sql.exec(
    "UPDATE profile SET version = ?, json = ?, seen_restore = ?",
    profile.version,
    JSON.stringify(profile),
    restoredAt,
  );
}

/** The last restoring of the database after which the user's row was looked at. */
export const seenRestore = (sql: SqlStorage): number =>
  sql.exec<{ at: number }>("SELECT seen_restore AS at FROM profile").toArray()[0]?.at ?? 0;

export function findProfile(sql: SqlStorage): Profile | null {
  const known = parsed.get(sql);
  if (known !== undefined) return known;
  const [row] = sql.exec<{ json: string; tfa_enabled: number }>("SELECT json, tfa_enabled FROM profile").toArray();
  if (row === undefined) return null;
  const profile = Object.freeze({ ...(JSON.parse(row.json) as Profile), tfaEnabled: row.tfa_enabled === 1 });
  parsed.set(sql, profile);
  return profile;
}

export function noteTfaEnabled(sql: SqlStorage, enabled: boolean): void {
  parsed.delete(sql);
  sql.exec("UPDATE profile SET tfa_enabled = ?", enabled ? 1 : 0);
}

/** From now on half a sign-in that was begun before is worth nothing. */
export function noteSessionsEnded(sql: SqlStorage, now: number): void {
  sql.exec("UPDATE profile SET sessions_ended_at = ?", now);
}

/** All that was stored is about to go. */
export function forgetProfile(sql: SqlStorage): void {
  parsed.delete(sql);
}
