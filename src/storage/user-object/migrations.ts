/** The object's tables. Steps are only ever added; each runs once per object. */
export const steps: readonly string[] = [
  `CREATE TABLE profile (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, json TEXT NOT NULL);
   CREATE TABLE sessions (
     sid TEXT PRIMARY KEY, created_at INTEGER NOT NULL, auth_time INTEGER NOT NULL, last_used_at INTEGER NOT NULL,
     idle_ms INTEGER NOT NULL, expires_at INTEGER NOT NULL, amr TEXT NOT NULL, user_agent TEXT, ip TEXT
   ) WITHOUT ROWID;
   CREATE TABLE grants (
     id TEXT PRIMARY KEY, client_id TEXT NOT NULL, sid TEXT NOT NULL, offline INTEGER NOT NULL, scope TEXT NOT NULL,
     auth_time INTEGER NOT NULL, amr TEXT NOT NULL, redeemed_by TEXT NOT NULL, created_at INTEGER NOT NULL,
     generation INTEGER NOT NULL, rotated_at INTEGER NOT NULL, idle_ms INTEGER NOT NULL, expires_at INTEGER NOT NULL,
     revoked_at INTEGER
   ) WITHOUT ROWID;
   CREATE TABLE revoked_tokens (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE consents (client_id TEXT PRIMARY KEY, scope TEXT NOT NULL, granted_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE attempts (
     key TEXT PRIMARY KEY, failures INTEGER NOT NULL, blocked_until INTEGER NOT NULL, updated_at INTEGER NOT NULL
   ) WITHOUT ROWID;`,
  `CREATE TABLE spent (id TEXT PRIMARY KEY, attempt_id TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE ended_sessions (sid TEXT PRIMARY KEY, reason TEXT NOT NULL, ended_at INTEGER NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE mailed_secrets (key TEXT PRIMARY KEY, hash TEXT NOT NULL, bound_to TEXT, expires_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE send_allowances (key TEXT PRIMARY KEY, full_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE blind_proofs (address_hash TEXT PRIMARY KEY, proven_at INTEGER NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE totp (
     state TEXT PRIMARY KEY CHECK (state IN ('pending', 'confirmed')), sealed_secret TEXT NOT NULL, set_up_by TEXT NOT NULL,
     created_at INTEGER NOT NULL, last_step INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE recovery_codes (hash TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE passkeys (
     id TEXT PRIMARY KEY, public_key TEXT NOT NULL, counter INTEGER NOT NULL, rp_id TEXT NOT NULL, transports TEXT NOT NULL,
     name TEXT NOT NULL, second_factor INTEGER NOT NULL, device_bound INTEGER NOT NULL, created_at INTEGER NOT NULL,
     last_used_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   ALTER TABLE profile ADD COLUMN tfa_enabled INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE profile ADD COLUMN sessions_ended_at INTEGER NOT NULL DEFAULT 0;`,
  `ALTER TABLE attempts ADD COLUMN judged INTEGER NOT NULL DEFAULT 0;`,
  `ALTER TABLE grants ADD COLUMN jkt TEXT;
   ALTER TABLE grants ADD COLUMN resources TEXT NOT NULL DEFAULT '';
   ALTER TABLE grants ADD COLUMN claims TEXT;`,
  `CREATE TABLE session_clients (client_id TEXT NOT NULL, told_sid TEXT NOT NULL, sid TEXT NOT NULL, PRIMARY KEY (client_id, told_sid)) WITHOUT ROWID;
   CREATE TABLE logout_notices (
     client_id TEXT NOT NULL, sid TEXT NOT NULL, realm_id TEXT NOT NULL, user_id INTEGER NOT NULL, noted_at INTEGER NOT NULL,
     PRIMARY KEY (client_id, sid)
   ) WITHOUT ROWID;
   ALTER TABLE ended_sessions ADD COLUMN heir TEXT;
   ALTER TABLE grants ADD COLUMN told_sid TEXT;
   ALTER TABLE consents ADD COLUMN last_used_at INTEGER;
   ALTER TABLE consents ADD COLUMN revoked_at INTEGER;`,
  `CREATE TABLE device_authorizations (
     device_code_hash TEXT PRIMARY KEY, user_code TEXT NOT NULL UNIQUE, client_id TEXT NOT NULL, scope TEXT NOT NULL, resources TEXT NOT NULL,
     code_challenge TEXT, user_agent TEXT, ip TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
     polled_at INTEGER NOT NULL, interval_ms INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied')), decided_by TEXT, denied_because TEXT, user_id INTEGER, sid TEXT
   ) WITHOUT ROWID;
   ALTER TABLE sessions ADD COLUMN client_id TEXT;
   ALTER TABLE sessions ADD COLUMN client_name TEXT;`,
  `CREATE TABLE key_calls (second INTEGER PRIMARY KEY, calls INTEGER NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE events (id TEXT PRIMARY KEY, realm_id TEXT NOT NULL, json TEXT NOT NULL, noted_at INTEGER NOT NULL) WITHOUT ROWID;
   ALTER TABLE profile ADD COLUMN listens INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE connections (
     provider TEXT NOT NULL, client_id TEXT NOT NULL, oauth_id TEXT NOT NULL, provider_since INTEGER NOT NULL,
     status TEXT NOT NULL CHECK (status IN ('active', 'expired')), scope TEXT NOT NULL, sealed TEXT NOT NULL, sealed_for TEXT NOT NULL,
     version INTEGER NOT NULL, connected_at INTEGER NOT NULL, refreshed_at INTEGER, expires_at INTEGER,
     error_at INTEGER, error_code TEXT, failures INTEGER NOT NULL, rests_until INTEGER NOT NULL,
     turn_id TEXT, turn_until INTEGER NOT NULL, swept_at INTEGER NOT NULL,
     PRIMARY KEY (provider, client_id)
   ) WITHOUT ROWID;`,
  `CREATE TABLE revocations (id INTEGER PRIMARY KEY, json TEXT NOT NULL, noted_at INTEGER NOT NULL);`,
  `ALTER TABLE profile ADD COLUMN seen_restore INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE known_devices (
     mark TEXT PRIMARY KEY, place TEXT, seen_at INTEGER NOT NULL, news_of TEXT, told INTEGER NOT NULL
   ) WITHOUT ROWID;
   ALTER TABLE sessions ADD COLUMN device TEXT;`,
];

export function migrate(storage: DurableObjectStorage): void {
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec("CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY)");
    const done = sql.exec<{ steps: number }>("SELECT count(*) AS steps FROM migrations").one().steps;
    for (const [index, step] of steps.entries()) {
      if (index < done) continue;
      sql.exec(step);
      sql.exec("INSERT INTO migrations (step) VALUES (?)", index);
    }
  });
}

/** Empties every table but those named, in one step. */
export function forgetEverything(storage: DurableObjectStorage, except: readonly string[]): void {
  const kept = new Set(["migrations", ...except]);
  const tables = steps.flatMap((step) => [...step.matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name ?? ""));
  storage.transactionSync(() => {
    for (const table of tables) if (!kept.has(table)) storage.sql.exec(`DELETE FROM ${table}`);
  });
}
