/** The codes from before are worth nothing from then on. */
export function replaceRecoveryCodes(sql: SqlStorage, hashes: readonly string[]): void {
  sql.exec("DELETE FROM recovery_codes");
  for (const hash of hashes) sql.exec("INSERT OR IGNORE INTO recovery_codes (hash) VALUES (?)", hash);
}

export const hasRecoveryCode = (sql: SqlStorage, hash: string): boolean =>
  sql.exec("SELECT 1 FROM recovery_codes WHERE hash = ?", hash).toArray().length > 0;

export const countRecoveryCodes = (sql: SqlStorage): number =>
  sql.exec<{ count: number }>("SELECT count(*) AS count FROM recovery_codes").one().count;

export function removeRecoveryCode(sql: SqlStorage, hash: string): void {
  sql.exec("DELETE FROM recovery_codes WHERE hash = ?", hash);
}
