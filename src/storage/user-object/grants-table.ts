import { type InOneColumn, inOneColumn } from "./one-column.ts";

// Whoever writes to the table `grants` does it here: rows that were read are kept, and a write elsewhere would go unnoticed.

export type GrantRow = Readonly<{
  id: string;
  client_id: string;
  sid: string;
  offline: number;
  scope: string;
  auth_time: number;
  amr: string;
  redeemed_by: string;
  created_at: number;
  generation: number;
  rotated_at: number;
  idle_ms: number;
  expires_at: number;
  revoked_at: number | null;
  jkt: string | null;
  resources: string;
  claims: string | null;
  told_sid: string | null;
}>;

const columns: readonly (keyof GrantRow)[] = [
  "id",
  "client_id",
  "sid",
  "offline",
  "scope",
  "auth_time",
  "amr",
  "redeemed_by",
  "created_at",
  "generation",
  "rotated_at",
  "idle_ms",
  "expires_at",
  "revoked_at",
  "jkt",
  "resources",
  "claims",
  "told_sid",
];
const selectRow = `SELECT ${inOneColumn(columns)} FROM grants WHERE id = ?`;
const insertRow = `INSERT INTO grants (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;

/** Rows as they stand in the table, by id: no more than a user may have. Only this object writes to it. */
const read = new WeakMap<SqlStorage, Map<string, GrantRow>>();

function keep(sql: SqlStorage, row: GrantRow): GrantRow {
  const rows = read.get(sql);
  if (rows === undefined) read.set(sql, new Map([[row.id, row]]));
  else rows.set(row.id, row);
  return row;
}

/** For when the rows are about to be changed or deleted. */
export function forgetReadGrants(sql: SqlStorage): void {
  read.delete(sql);
}

export function findGrant(sql: SqlStorage, id: string): GrantRow | null {
  const known = read.get(sql)?.get(id);
  if (known !== undefined) return known;
  const [found] = sql.exec<InOneColumn>(selectRow, id).toArray();
  return found === undefined ? null : keep(sql, JSON.parse(found.row) as GrantRow);
}

export function insertGrant(sql: SqlStorage, row: GrantRow): void {
  sql.exec(insertRow, ...columns.map((name) => row[name]));
}

/** The row as it is from now on: its newest refresh token is of the next generation. */
export function writeRotation(sql: SqlStorage, row: GrantRow, now: number): GrantRow {
  const rotated = { ...row, generation: row.generation + 1, rotated_at: now };
  forgetReadGrants(sql);
  sql.exec("UPDATE grants SET generation = ?, rotated_at = ? WHERE id = ?", rotated.generation, now, row.id);
  return keep(sql, rotated);
}

/** The session that it was given on; null when there was nothing to revoke. */
export function markRevoked(sql: SqlStorage, id: string, now: number): { readonly sid: string } | null {
  forgetReadGrants(sql);
  const revoke = "UPDATE grants SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING sid";
  return sql.exec<{ sid: string }>(revoke, now, id).toArray()[0] ?? null;
}

/** `clientId`: null for the grants of all clients. */
export function markAllRevoked(sql: SqlStorage, clientId: string | null, now: number): void {
  forgetReadGrants(sql);
  sql.exec(
    "UPDATE grants SET revoked_at = ?1 WHERE revoked_at IS NULL AND (?2 IS NULL OR client_id = ?2)",
    now,
    clientId,
  );
}

export function moveGrantsToSession(sql: SqlStorage, sid: string, newSid: string): void {
  forgetReadGrants(sql);
  sql.exec("UPDATE grants SET sid = ? WHERE sid = ?", newSid, sid);
}

/** How long each of them lasts from now on: unused, and at most (milliseconds since the epoch). */
export function limitGrants(sql: SqlStorage, idleMs: number, expiresAt: number): void {
  forgetReadGrants(sql);
  sql.exec("UPDATE grants SET idle_ms = ?, expires_at = ?", idleMs, expiresAt);
}

/** Those that were over by `now`, but for what is younger than `bornBefore`. */
export function deleteOldGrants(sql: SqlStorage, now: number, bornBefore: number): void {
  forgetReadGrants(sql);
  sql.exec("DELETE FROM grants WHERE (expires_at <= ?1 OR revoked_at <= ?2) AND created_at <= ?2", now, bornBefore);
}

/** Deletes the least recently used ones, should there be more. */
export function keepNewestGrants(sql: SqlStorage, count: number): void {
  if (sql.exec<{ held: number }>("SELECT count(*) AS held FROM grants").one().held <= count) return;
  forgetReadGrants(sql);
  sql.exec("DELETE FROM grants WHERE id IN (SELECT id FROM grants ORDER BY rotated_at DESC LIMIT -1 OFFSET ?)", count);
}
