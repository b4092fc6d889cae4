import { type InOneColumn, inOneColumn } from "./one-column.ts";

// Whoever writes to the table `sessions` does it here: rows that were read are kept, and a write elsewhere would go unnoticed.

export type SessionRow = Readonly<{
  sid: string;
  created_at: number;
  auth_time: number;
  last_used_at: number;
  idle_ms: number;
  expires_at: number;
  amr: string;
  user_agent: string | null;
  ip: string | null;
  client_id: string | null;
  client_name: string | null;
  device: string | null;
}>;

const columns: readonly (keyof SessionRow)[] = [
  "sid",
  "created_at",
  "auth_time",
  "last_used_at",
  "idle_ms",
  "expires_at",
  "amr",
  "user_agent",
  "ip",
  "client_id",
  "client_name",
  "device",
];
const selectRows = `SELECT ${inOneColumn(columns)} FROM sessions ORDER BY sid`;
const insertRow = `INSERT INTO sessions (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;

/** All rows as they stand in the table, by their names: no more than a user may have. Only this object writes to it. */
const read = new WeakMap<SqlStorage, ReadonlyMap<string, SessionRow>>();

/** For when the rows are about to be changed or deleted. */
export function forgetReadSessions(sql: SqlStorage): void {
  read.delete(sql);
}

/** Dead ones among them, until they are cleaned away. */
export function sessionRows(sql: SqlStorage): ReadonlyMap<string, SessionRow> {
  const known = read.get(sql);
  if (known !== undefined) return known;
  const rows = sql.exec<InOneColumn>(selectRows).toArray();
  const found = new Map(rows.map(({ row }) => JSON.parse(row) as SessionRow).map((row) => [row.sid, row]));
  read.set(sql, found);
  return found;
}

export function insertSession(sql: SqlStorage, row: SessionRow): void {
  forgetReadSessions(sql);
  sql.exec(insertRow, ...columns.map((name) => row[name]));
}

export function changeSession(sql: SqlStorage, sid: string, change: Partial<SessionRow>): void {
  const names = columns.filter((name) => change[name] !== undefined);
  forgetReadSessions(sql);
  sql.exec(
    `UPDATE sessions SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE sid = ?`,
    ...names.map((name) => change[name]),
    sid,
  );
}

/** Answers those that are gone. */
export function deleteSessions(sql: SqlStorage, which: (row: SessionRow) => boolean): readonly SessionRow[] {
  const gone = [...sessionRows(sql).values()].filter(which);
  if (gone.length === 0) return gone;
  forgetReadSessions(sql);
  for (const { sid } of gone) sql.exec("DELETE FROM sessions WHERE sid = ?", sid);
  return gone;
}
