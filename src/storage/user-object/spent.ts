/** Marks of what has been spent. Storing one is the spending: it can be done once. */
export interface Spending {
  /** Names the thing, its kind included. */
  readonly id: string;
  /** Names this attempt: a call repeated by us is told from a thing used twice. */
  readonly attemptId: string;
  /** Milliseconds since the epoch: when the thing is worthless anyway and the mark may go. */
  readonly expiresAt: number;
}

/** True for the first attempt, and for the same attempt again. */
export function spend(sql: SqlStorage, { id, attemptId, expiresAt }: Spending): boolean {
  sql.exec("INSERT OR IGNORE INTO spent (id, attempt_id, expires_at) VALUES (?, ?, ?)", id, attemptId, expiresAt);
  return (
    sql.exec<{ attempt_id: string }>("SELECT attempt_id FROM spent WHERE id = ?", id).one().attempt_id === attemptId
  );
}

export const isSpent = (sql: SqlStorage, id: string): boolean =>
  sql.exec("SELECT 1 FROM spent WHERE id = ?", id).toArray().length > 0;

/** Whether this attempt could spend it. Changes nothing. */
export function isUnspent(sql: SqlStorage, { id }: Pick<Spending, "id">, attemptId: string): boolean {
  const [row] = sql.exec<{ attempt_id: string }>("SELECT attempt_id FROM spent WHERE id = ?", id).toArray();
  return row === undefined || row.attempt_id === attemptId;
}

/** The attempt that spent the thing; null while it is unspent. */
export function spentBy(sql: SqlStorage, id: string): string | null {
  const [row] = sql.exec<{ attempt_id: string }>("SELECT attempt_id FROM spent WHERE id = ?", id).toArray();
  return row?.attempt_id ?? null;
}

/** Spends the proof that came along, if there is one: last of all checks, so that who has nothing to show spends nothing. */
export const isProven = (sql: SqlStorage, proof: Spending | null): boolean => proof === null || spend(sql, proof);

/** Marks outlive their thing by a minute: clocks differ a little. */
export function deleteExpiredMarks(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM spent WHERE expires_at <= ?", now - 60_000);
}
