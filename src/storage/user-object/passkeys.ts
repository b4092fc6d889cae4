import { limits } from "../../config/limits.ts";
import { wordsOf } from "../../lib/words.ts";

/** A passkey of the user. Times are milliseconds since the epoch. */
export interface Passkey {
  /** Credential id, base64url. */
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  /** The host it was made on and works on. */
  readonly rpId: string;
  readonly transports: readonly string[];
  readonly name: string;
  /** With it a password alone does not sign the user in any more. */
  readonly secondFactor: boolean;
  readonly deviceBound: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

export type NewPasskey = Omit<Passkey, "createdAt" | "lastUsedAt">;

type PasskeyRow = {
  id: string;
  public_key: string;
  counter: number;
  rp_id: string;
  transports: string;
  name: string;
  second_factor: number;
  device_bound: number;
  created_at: number;
  last_used_at: number;
};

export const listPasskeys = (sql: SqlStorage): Passkey[] =>
  sql.exec<PasskeyRow>("SELECT * FROM passkeys ORDER BY created_at, id").toArray().map(fromRow);

export function findPasskey(sql: SqlStorage, id: string): Passkey | null {
  const [row] = sql.exec<PasskeyRow>("SELECT * FROM passkeys WHERE id = ?", id).toArray();
  return row === undefined ? null : fromRow(row);
}

/** False when the user has as many as one may have. Adding the same one again changes nothing. */
export function mayAddPasskey(sql: SqlStorage): boolean {
  return sql.exec<{ count: number }>("SELECT count(*) AS count FROM passkeys").one().count < limits.passkeysPerUser;
}

export function addPasskey(sql: SqlStorage, passkey: NewPasskey, now: number): void {
  sql.exec(
    `INSERT OR IGNORE INTO passkeys
       (id, public_key, counter, rp_id, transports, name, second_factor, device_bound, created_at, last_used_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    passkey.id,
    passkey.publicKey,
    passkey.counter,
    passkey.rpId,
    passkey.transports.join(" "),
    passkey.name,
    passkey.secondFactor ? 1 : 0,
    passkey.deviceBound ? 1 : 0,
    now,
    now,
  );
}

/** A counter that does not grow is a copied key, unless the authenticator keeps none (Web Authentication §6.1.1). */
export const counterAdvances = (passkey: Passkey, counter: number): boolean =>
  counter > passkey.counter || (counter === 0 && passkey.counter === 0);

export function notePasskeyUse(sql: SqlStorage, id: string, counter: number, now: number): void {
  sql.exec("UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ?", counter, now, id);
}

/** False when there is none of that id. */
export const renamePasskey = (sql: SqlStorage, id: string, name: string): boolean =>
  sql.exec("UPDATE passkeys SET name = ? WHERE id = ? RETURNING id", name, id).toArray().length > 0;

export function removePasskey(sql: SqlStorage, id: string): void {
  sql.exec("DELETE FROM passkeys WHERE id = ?", id);
}

/** They still sign the user in, but a password does so again, too. */
export function releasePasskeys(sql: SqlStorage): void {
  sql.exec("UPDATE passkeys SET second_factor = 0");
}

export function removeAllPasskeys(sql: SqlStorage): void {
  sql.exec("DELETE FROM passkeys");
}

function fromRow(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    publicKey: row.public_key,
    counter: row.counter,
    rpId: row.rp_id,
    transports: wordsOf(row.transports),
    name: row.name,
    secondFactor: row.second_factor === 1,
    deviceBound: row.device_bound === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
