import { limits } from "../../config/limits.ts";

/** What the secrets of authenticator apps are sealed for. */
export const totpSecretPurpose = "totp-secret";

type TotpRow = { sealed_secret: string; set_up_by: string; created_at: number; last_step: number };

/** The user's authenticator app, or the one that waits for its first code. */
export function findTotp(sql: SqlStorage, state: "pending" | "confirmed"): TotpRow | null {
  return sql.exec<TotpRow>("SELECT * FROM totp WHERE state = ?", state).toArray()[0] ?? null;
}

export const isSetUpExpired = (pending: TotpRow, now: number): boolean =>
  now - pending.created_at >= limits.totpSetUpTtlSeconds * 1000;

/** A secret that waits for its first code; it takes the place of one that waited before. */
export function putPendingTotp(sql: SqlStorage, sealedSecret: string, setUpBy: string, now: number): void {
  sql.exec(
    "INSERT OR REPLACE INTO totp (state, sealed_secret, set_up_by, created_at, last_step) VALUES ('pending', ?, ?, ?, 0)",
    sealedSecret,
    setUpBy,
    now,
  );
}

/** A secret that was confirmed elsewhere, for a user who has none. */
export function putConfirmedTotp(sql: SqlStorage, sealedSecret: string, now: number): void {
  sql.exec(
    "INSERT INTO totp (state, sealed_secret, set_up_by, created_at, last_step) VALUES ('confirmed', ?, 'import', ?, 0)",
    sealedSecret,
    now,
  );
}

/** The one that waited takes the place of the one there was. `step`: that of its first code. */
export function confirmTotp(sql: SqlStorage, step: number): void {
  sql.exec("DELETE FROM totp WHERE state = 'confirmed'");
  sql.exec("UPDATE totp SET state = 'confirmed', last_step = ? WHERE state = 'pending'", step);
}

/** No code of that step or an earlier one is good again. `sealedSecret`: under the newest key, or as it was. */
export function noteTotpUse(sql: SqlStorage, step: number, sealedSecret: string): void {
  sql.exec("UPDATE totp SET last_step = ?, sealed_secret = ? WHERE state = 'confirmed'", step, sealedSecret);
}

/** The secret that codes are checked with. One that waits for its first code is left as it is: whoever confirms it names it. */
export const sealedTotp = (sql: SqlStorage): string | null => findTotp(sql, "confirmed")?.sealed_secret ?? null;

/** The same secret under another key. False when it was replaced meanwhile. */
export const rewrapTotp = (sql: SqlStorage, before: string, sealed: string): boolean =>
  sql
    .exec(
      "UPDATE totp SET sealed_secret = ? WHERE state = 'confirmed' AND sealed_secret = ? RETURNING 1",
      sealed,
      before,
    )
    .toArray().length > 0;

export function removeTotp(sql: SqlStorage): void {
  sql.exec("DELETE FROM totp");
}

export function deleteExpiredSetUp(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM totp WHERE state = 'pending' AND created_at <= ?", now - limits.totpSetUpTtlSeconds * 1000);
}
