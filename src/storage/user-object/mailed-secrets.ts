import { limits } from "../../config/limits.ts";
import { type AttemptPolicy, attemptWait, beginAttempt, clearAttempts } from "./attempts.ts";
import { spend, spentBy } from "./spent.ts";

/** A one-time code or the token of a link, on its way to somebody. Kept as a hash, under its purpose and the address it went to. */
export interface MailedSecret {
  readonly key: string;
  readonly hash: string;
  /** What must be the same again when it comes back, such as a session; null for nothing. */
  readonly boundTo: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface SecretIssue {
  /** One message may hold several, such as a code and a link. Each replaces the one of its key. */
  readonly secrets: readonly MailedSecret[];
  /** Counts the messages of one kind to one recipient. */
  readonly allowance: { readonly key: string; readonly perHour: number };
  /** Counts the wrong guesses at what was sent there; null where none of the secrets can be guessed. */
  readonly triesKey: string | null;
}

export interface SecretProof {
  /** Under any of these. */
  readonly keys: readonly string[];
  /** Of the one secret: under each key that its hash may have been made with. */
  readonly hashes: readonly string[];
  readonly boundTo: string | null;
  /** Null for what is too long to be guessed. */
  readonly tries: { readonly key: string; readonly policy: AttemptPolicy } | null;
  /** Looking leaves a right secret as it is. A wrong one counts either way. */
  readonly mode: "look" | "spend";
  /** Names this attempt: a call repeated by us is told from a secret used twice. */
  readonly attemptId: string;
}

export type SecretAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: "wrong" | "spent" }
  | { readonly ok: false; readonly reason: "wait"; readonly waitMs: number };

type SecretRow = { key: string; hash: string; bound_to: string | null; expires_at: number };

const hourMs = 3_600_000;

/** Notes what is about to be sent. False when nothing may be sent: then what was sent before stays good. */
export function issueSecrets(sql: SqlStorage, { secrets, allowance, triesKey }: SecretIssue, now: number): boolean {
  if (triesKey !== null && attemptWait(sql, triesKey, now) > 0) return false;
  if (!takeAllowance(sql, allowance.key, allowance.perHour, now)) return false;
  for (const { key, hash, boundTo, expiresAt } of secrets)
    sql.exec(
      "INSERT OR REPLACE INTO mailed_secrets (key, hash, bound_to, expires_at) VALUES (?, ?, ?, ?)",
      key,
      hash,
      boundTo,
      expiresAt,
    );
  makeRoom(sql, "mailed_secrets", "expires_at");
  return true;
}

/**
 * Whether this is what was sent. Guesses are counted for as long as none was right, over every code that is sent meanwhile
 * (NIST 800-63B §3.1.3.2); when the free ones are used up, the code is worth nothing any more, and guessing has to wait.
 */
export function proveSecret(sql: SqlStorage, proof: SecretProof, now: number): SecretAnswer {
  const { keys, hashes, tries, attemptId } = proof;
  const spenders = keys.flatMap((key) => hashes.flatMap((hash) => spentBy(sql, markOf(key, hash)) ?? []));
  if (spenders.includes(attemptId)) return { ok: true };
  const waitMs = tries === null ? 0 : attemptWait(sql, tries.key, now);
  if (waitMs > 0) return { ok: false, reason: "wait", waitMs };
  const rows = keys.flatMap((key) => findRow(sql, key, now) ?? []);
  const right = rows.find((row) => hashes.includes(row.hash) && row.bound_to === proof.boundTo);
  if (right !== undefined) return proof.mode === "look" ? { ok: true } : spendRow(sql, right, proof);
  if (spenders.length > 0) return { ok: false, reason: "spent" };
  // Where nothing is waiting there is nothing to guess, and nobody else's tries to use up.
  if (tries !== null && rows.length > 0) countWrongGuess(sql, tries, keys, now);
  return { ok: false, reason: "wrong" };
}

/** After a change of password or address nothing that was sent before opens anything. */
export function forgetSecrets(sql: SqlStorage): void {
  sql.exec("DELETE FROM mailed_secrets");
}

export function deleteExpiredSecrets(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM mailed_secrets WHERE expires_at <= ?", now);
  sql.exec("DELETE FROM send_allowances WHERE full_at <= ?", now);
}

function spendRow(sql: SqlStorage, row: SecretRow, { tries, attemptId }: SecretProof): SecretAnswer {
  sql.exec("DELETE FROM mailed_secrets WHERE key = ?", row.key);
  if (tries !== null) clearAttempts(sql, tries.key);
  spend(sql, { id: markOf(row.key, row.hash), attemptId, expiresAt: row.expires_at });
  return { ok: true };
}

function countWrongGuess(
  sql: SqlStorage,
  tries: { key: string; policy: AttemptPolicy },
  keys: readonly string[],
  now: number,
): void {
  beginAttempt(sql, tries.key, tries.policy, now);
  if (attemptWait(sql, tries.key, now) === 0) return;
  for (const key of keys) sql.exec("DELETE FROM mailed_secrets WHERE key = ?", key);
}

/** Tokens in a bucket that is full after an hour: as many at once as an hour allows. */
export function takeAllowance(sql: SqlStorage, key: string, perHour: number, now: number): boolean {
  const [row] = sql.exec<{ full_at: number }>("SELECT full_at FROM send_allowances WHERE key = ?", key).toArray();
  const fullAt = Math.max(row?.full_at ?? now, now) + Math.floor(hourMs / perHour);
  if (fullAt - now > hourMs) return false;
  sql.exec("INSERT OR REPLACE INTO send_allowances (key, full_at) VALUES (?, ?)", key, fullAt);
  makeRoom(sql, "send_allowances", "full_at");
  return true;
}

function findRow(sql: SqlStorage, key: string, now: number): SecretRow | null {
  const [row] = sql
    .exec<SecretRow>("SELECT * FROM mailed_secrets WHERE key = ? AND expires_at > ?", key, now)
    .toArray();
  return row ?? null;
}

/** The objects that stand in for nobody hold many recipients: those that end soonest go first. */
function makeRoom(sql: SqlStorage, table: "mailed_secrets" | "send_allowances", end: "expires_at" | "full_at"): void {
  const { count } = sql.exec<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).one();
  if (count <= limits.mailedSecretsPerObject) return;
  sql.exec(
    `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} ORDER BY ${end} DESC LIMIT -1 OFFSET ?)`,
    limits.mailedSecretsPerObject,
  );
}

const markOf = (key: string, hash: string): string => `mailed|${key}|${hash}`;
