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
const selectRows = `SELECT ${inOneColumn(columns)} FROM sessions`;
const insertRow = `INSERT INTO sessions (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;

/** All rows as they stand in the table, by their names: no more than a user may have. Only this object writes to it. */
const read = new WeakMap<SqlStorage, Map<string, SessionRow>>();

/** For when the rows are about to be deleted. */
export function forgetReadSessions(sql: SqlStorage): void {
  read.delete(sql);
}

/** In no order; dead ones among them, until they are cleaned away. */
export function sessionRows(sql: SqlStorage): ReadonlyMap<string, SessionRow> {
  const known = read.get(sql);
  if (known !== undefined) return known;
  const rows = sql.exec<InOneColumn>(selectRows).toArray();
  const found = new Map(rows.map(({ row }) => JSON.parse(row) as SessionRow).map((row) => [row.sid, row]));
  read.set(sql, found);
  return found;
}

/** Writes to the table, and what was written to what was read. Of a write that fails nothing is known. */
function write(sql: SqlStorage, toTable: () => void, toRows: (rows: Map<string, SessionRow>) => void): void {
  const rows = read.get(sql);
  read.delete(sql);
  toTable();
  if (rows === undefined) return;
  toRows(rows);
  read.set(sql, rows);
}

export function insertSession(sql: SqlStorage, row: SessionRow): void {
  write(
    sql,
    () => sql.exec(insertRow, ...columns.map((name) => row[name])),
    (rows) => rows.set(row.sid, row),
  );
}

export function changeSession(sql: SqlStorage, sid: string, change: Partial<SessionRow>): void {
  const row = sessionRows(sql).get(sid);
  if (row === undefined) return;
  const changed = { ...row, ...change };
  const names = columns.filter((name) => changed[name] !== row[name]);
  if (names.length === 0) return;
  const assignments = names.map((name) => `${name} = ?`).join(", ");
  write(
    sql,
    () => sql.exec(`UPDATE sessions SET ${assignments} WHERE sid = ?`, ...names.map((name) => changed[name]), sid),
    (rows) => {
      rows.delete(sid);
      rows.set(changed.sid, changed);
    },
  );
}

/** Answers those that are gone. */
export function deleteSessions(sql: SqlStorage, which: (row: SessionRow) => boolean): readonly SessionRow[] {
  const gone = [...sessionRows(sql).values()].filter(which);
  for (const { sid } of gone)
    write(
      sql,
      () => sql.exec("DELETE FROM sessions WHERE sid = ?", sid),
      (rows) => rows.delete(sid),
    );
  return gone;
}
