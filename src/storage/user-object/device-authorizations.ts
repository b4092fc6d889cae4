import { limits } from "../../config/limits.ts";
import { wordsOf } from "../../lib/words.ts";

/**
 * Devices that wait for somebody to let them in (RFC 8628). They wait in an object of their own, named by the first letter of their
 * codes, which alone decides what becomes of each: pending → approved or denied, once. Redeeming is up to the object of the user who approved.
 */
export interface NewDeviceAuthorization {
  readonly deviceCodeHash: string;
  /** Plain: it opens nothing. Whoever knows it can let the device into an account of their own. */
  readonly userCode: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly codeChallenge: string | null;
  readonly userAgent: string | null;
  readonly ip: string | null;
}

/** What the person who is asked has to know. Times are milliseconds since the epoch. */
export interface PendingDevice extends Omit<NewDeviceAuthorization, "deviceCodeHash" | "codeChallenge"> {
  readonly createdAt: number;
  readonly expiresAt: number;
}

export type DeviceAddition = "added" | "code-taken" | "too-many-of-client" | "too-many";

/** `attemptId` names the decision: a call repeated by us is told from somebody else's. */
export type DeviceDecision = { readonly attemptId: string } & (
  | { readonly outcome: "approved"; readonly userId: number; readonly sid: string }
  | { readonly outcome: "denied"; readonly because: DeviceDenial }
);

export type DeviceDenial = "access-denied" | "device-session-limit";

export interface DevicePoll {
  readonly deviceCodeHash: string;
  readonly clientId: string;
  /** The challenge that the code_verifier of this request amounts to (RFC 7636 §4.6); null when it has none. */
  readonly codeChallenge: string | null;
}

export interface ApprovedDevice {
  readonly userId: number;
  readonly sid: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly expiresAt: number;
}

export type DeviceAnswer =
  | ({ readonly ok: true } & ApprovedDevice)
  | {
      readonly ok: false;
      readonly reason:
        | "authorization-pending"
        | "device-polls-too-fast"
        | "device-code-expired"
        | "device-code-unknown"
        | "device-code-of-another-client"
        | "code-verifier-missing"
        | "code-verifier-unexpected"
        | "code-verifier-wrong"
        | DeviceDenial;
    };

type DeviceRow = {
  device_code_hash: string;
  user_code: string;
  client_id: string;
  scope: string;
  resources: string;
  code_challenge: string | null;
  user_agent: string | null;
  ip: string | null;
  created_at: number;
  expires_at: number;
  polled_at: number;
  interval_ms: number;
  state: "pending" | "approved" | "denied";
  decided_by: string | null;
  denied_because: DeviceDenial | null;
  user_id: number | null;
  sid: string | null;
};

/** Lets a device wait, unless too many wait here already: those of other clients, and of others of this client, are never pushed out. */
export function addDevice(sql: SqlStorage, device: NewDeviceAuthorization, now: number): DeviceAddition {
  if (findRow(sql, device.deviceCodeHash) !== null) return "added";
  deleteExpiredDevices(sql, now);
  const { held, of_client } = sql
    .exec<{ held: number; of_client: number }>(
      "SELECT count(*) AS held, count(*) FILTER (WHERE client_id = ?) AS of_client FROM device_authorizations",
      device.clientId,
    )
    .one();
  if (held >= limits.devicesPerObject) return "too-many";
  if (of_client >= limits.devicesPerObjectAndClient) return "too-many-of-client";
  const added = sql.exec(
    `INSERT OR IGNORE INTO device_authorizations (device_code_hash, user_code, client_id, scope, resources, code_challenge, user_agent, ip,
       created_at, expires_at, polled_at, interval_ms, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 'pending') RETURNING user_code`,
    device.deviceCodeHash,
    device.userCode,
    device.clientId,
    device.scopes.join(" "),
    device.resources.join(" "),
    device.codeChallenge,
    device.userAgent,
    device.ip,
    now,
    now + limits.deviceCodeTtlSeconds * 1000,
    limits.devicePollSeconds * 1000,
  );
  return added.toArray().length > 0 ? "added" : "code-taken";
}

/** The device with that code, while nobody has decided and it is not too late. */
export function findPendingDevice(sql: SqlStorage, userCode: string, now: number): PendingDevice | null {
  const [row] = sql
    .exec<DeviceRow>(
      "SELECT * FROM device_authorizations WHERE user_code = ? AND state = 'pending' AND expires_at > ?",
      userCode,
      now,
    )
    .toArray();
  if (row === undefined) return null;
  return {
    userCode: row.user_code,
    clientId: row.client_id,
    scopes: wordsOf(row.scope),
    resources: wordsOf(row.resources),
    userAgent: row.user_agent,
    ip: row.ip,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** Decides, once. True for the decision that stands, and for the same one again. */
export function decideDevice(sql: SqlStorage, userCode: string, decision: DeviceDecision, now: number): boolean {
  const isApproved = decision.outcome === "approved";
  sql.exec(
    `UPDATE device_authorizations SET state = ?, decided_by = ?, denied_because = ?, user_id = ?, sid = ?
     WHERE user_code = ? AND state = 'pending' AND expires_at > ?`,
    decision.outcome,
    decision.attemptId,
    isApproved ? null : decision.because,
    isApproved ? decision.userId : null,
    isApproved ? decision.sid : null,
    userCode,
    now,
  );
  const [row] = sql
    .exec<{ decided_by: string | null }>("SELECT decided_by FROM device_authorizations WHERE user_code = ?", userCode)
    .toArray();
  return row?.decided_by === decision.attemptId;
}

/** The device asks (RFC 8628 §3.5). While nobody has decided it must wait between its questions, each time longer after it did not. */
export function pollDevice(sql: SqlStorage, poll: DevicePoll, now: number): DeviceAnswer {
  const row = findRow(sql, poll.deviceCodeHash);
  if (row === null) return { ok: false, reason: "device-code-unknown" };
  if (row.client_id !== poll.clientId) return { ok: false, reason: "device-code-of-another-client" };
  const mismatch = verifierMismatch(row.code_challenge, poll.codeChallenge);
  if (mismatch !== null) return { ok: false, reason: mismatch };
  if (row.expires_at <= now) return { ok: false, reason: "device-code-expired" };
  if (row.state === "denied") return { ok: false, reason: row.denied_because ?? "access-denied" };
  if (row.state === "pending" || row.user_id === null || row.sid === null) return notYet(sql, row, now);
  const { user_id: userId, sid, expires_at: expiresAt } = row;
  return { ok: true, userId, sid, expiresAt, scopes: wordsOf(row.scope), resources: wordsOf(row.resources) };
}

/** A proof key binds the device code to who asked for it, as it does an authorization code (RFC 7636 §4.6). */
function verifierMismatch(stored: string | null, shown: string | null) {
  if (stored === shown) return null;
  if (stored === null) return "code-verifier-unexpected";
  return shown === null ? "code-verifier-missing" : "code-verifier-wrong";
}

function notYet(sql: SqlStorage, row: DeviceRow, now: number): DeviceAnswer {
  const tooFast = now - row.polled_at < row.interval_ms - limits.devicePollLeewayMs;
  const longestMs = limits.deviceLongestPollSeconds * 1000;
  const intervalMs = tooFast
    ? Math.min(row.interval_ms + limits.deviceSlowDownSeconds * 1000, longestMs)
    : row.interval_ms;
  sql.exec(
    "UPDATE device_authorizations SET polled_at = ?, interval_ms = ? WHERE device_code_hash = ?",
    now,
    intervalMs,
    row.device_code_hash,
  );
  return { ok: false, reason: tooFast ? "device-polls-too-fast" : "authorization-pending" };
}

/** They stay a little longer than they are good for, so that a device that is late hears `expired_token`. */
export function deleteExpiredDevices(sql: SqlStorage, now: number): void {
  sql.exec("DELETE FROM device_authorizations WHERE expires_at <= ?", now - limits.expiredDeviceMemorySeconds * 1000);
}

function findRow(sql: SqlStorage, deviceCodeHash: string): DeviceRow | null {
  const found = sql.exec<DeviceRow>("SELECT * FROM device_authorizations WHERE device_code_hash = ?", deviceCodeHash);
  return found.toArray()[0] ?? null;
}
