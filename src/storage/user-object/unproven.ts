import { forgetSecrets } from "./mailed-secrets.ts";
import { noteTfaEnabled } from "./profile.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";
import { isEnrolled } from "./second-factors.ts";

/**
 * Notes that the address was proven by somebody who did not show to be the one who made the account: a link opened on another device.
 * It may have been another person who made it, in the hope that the owner of the address would come.
 */
export function noteBlindProof(sql: SqlStorage, addressHash: string, now: number): void {
  sql.exec("INSERT OR IGNORE INTO blind_proofs (address_hash, proven_at) VALUES (?, ?)", addressHash, now);
}

/** Until when ways into the account may have been made by somebody else; null when none was. Milliseconds since the epoch. */
export function unprovenUntil(sql: SqlStorage, addressHash: string): number | null {
  const [row] = sql
    .exec<{ proven_at: number }>("SELECT proven_at FROM blind_proofs WHERE address_hash = ?", addressHash)
    .toArray();
  return row?.proven_at ?? null;
}

/**
 * Removes what somebody set up up to that moment who never proved that the account's address is theirs: ways in that would outlive a
 * new password. Whatever lets somebody in by itself, or stands for their agreement, has its line here (connections of the vault go before). An authenticator app stays: it
 * lets nobody in by itself, and a mailbox must not be enough to take it away (ASVS 6.4.3).
 */
export function forgetUnproven(sql: SqlStorage, until: number): void {
  forgetSecrets(sql);
  sql.exec("DELETE FROM blind_proofs");
  sql.exec("DELETE FROM consents WHERE granted_at <= ?", until);
  sql.exec("DELETE FROM passkeys WHERE created_at <= ?", until);
  sql.exec("DELETE FROM totp WHERE state = 'pending' AND created_at <= ?", until);
  if (!isEnrolled(sql)) replaceRecoveryCodes(sql, []);
  noteTfaEnabled(sql, isEnrolled(sql));
}
