/** Access tokens that were revoked one by one, while their grant goes on: RFC 7009 §2. */

export function revokeToken(sql: SqlStorage, tokenId: string, expiresAt: number): void {
  sql.exec("INSERT OR IGNORE INTO revoked_tokens (id, expires_at) VALUES (?, ?)", tokenId, expiresAt);
}

export function isTokenRevoked(sql: SqlStorage, tokenId: string): boolean {
  return sql.exec("SELECT 1 FROM revoked_tokens WHERE id = ?", tokenId).toArray().length > 0;
}

export function deleteExpiredTokens(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM revoked_tokens WHERE expires_at <= ?", now);
}
