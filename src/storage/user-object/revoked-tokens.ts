/** Access tokens that were revoked one by one, while their grant goes on: RFC 7009 §2. */
import { lineOf } from "../../lib/token-line.ts";

/** Objects whose table was found empty, as nearly all are: only they themselves write to it. */
const empty = new WeakSet<SqlStorage>();

const selectMarks = `SELECT EXISTS (SELECT 1 FROM revoked_tokens) AS held,
  EXISTS (SELECT 1 FROM revoked_tokens WHERE id IN (SELECT value FROM json_each(?))) AS revoked`;

export function revokeToken(sql: SqlStorage, tokenId: string, expiresAt: number): void {
  empty.delete(sql);
  sql.exec("INSERT OR IGNORE INTO revoked_tokens (id, expires_at) VALUES (?, ?)", tokenId, expiresAt);
}

/** Itself, or a token that it was got in exchange for. */
export function isTokenRevoked(sql: SqlStorage, tokenId: string): boolean {
  if (empty.has(sql)) return false;
  const { held, revoked } = sql
    .exec<{ held: number; revoked: number }>(selectMarks, JSON.stringify(lineOf(tokenId)))
    .one();
  if (held === 0) empty.add(sql);
  return revoked === 1;
}

export function deleteExpiredTokens(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM revoked_tokens WHERE expires_at <= ?", now);
}
