import { limits } from "../../config/limits.ts";
import { takeAllowance } from "./mailed-secrets.ts";

/** What a device that signs in is known by. Hashes, so that what is stored names nobody's browser. */
export interface DeviceMarks {
  /** Of the id that the browser keeps; of the place, where it keeps none. */
  readonly mark: string;
  /** Whether it came with the id, and was not just given it. */
  readonly brought: boolean;
  /** Of its kind and the network it is in: all there is to tell a device by that keeps nothing. */
  readonly place: string;
}

/** "told": it was never here before, and the owner is to hear of it. "new": the same, but they have heard of enough for now. */
export type DeviceNews = "none" | "new" | "told";

/** Whether this device has signed in to this account before. The place alone is not enough to be trusted with anything. */
const isKnownDevice = (sql: SqlStorage, mark: string): boolean =>
  sql.exec("SELECT 1 FROM known_devices WHERE mark = ?", mark).toArray().length > 0;

/**
 * Where guesses are counted. A device that has signed in to this account before has a count of its own, so that strangers cannot lock
 * its owner out; it is held to the same limits, so that whoever stole its cookie is throttled like a stranger.
 */
export const attemptsKey = (sql: SqlStorage, key: string, device: string | null): string =>
  device !== null && isKnownDevice(sql, device) ? `${key}:device:${device}` : key;

/**
 * Remembers the device that has just signed in. The account's first is no news: it is that of the sign-up, or from before anybody
 * kept count.
 */
export function noteDevice(sql: SqlStorage, { mark, brought, place }: DeviceMarks, sid: string, now: number): void {
  const known = sql
    .exec<{ mark: string; place: string | null; seen_at: number }>("SELECT mark, place, seen_at FROM known_devices")
    .toArray();
  const same = known.find((device) => device.mark === mark);
  if (same !== undefined && now - same.seen_at < limits.knownDeviceTouchMs) return;
  const isNews = known.length > 0 && same === undefined && (brought || !known.some((device) => device.place === place));
  const { newDeviceNoticesPerHour } = limits;
  const isTold = isNews && takeAllowance(sql, "new-device", newDeviceNoticesPerHour, now);
  sql.exec(
    "INSERT OR REPLACE INTO known_devices (mark, place, seen_at, news_of, told) VALUES (?, ?, ?, ?, ?)",
    mark,
    same === undefined ? (brought ? null : place) : same.place,
    now,
    isNews ? sid : null,
    Number(isTold),
  );
  sql.exec(
    "DELETE FROM known_devices WHERE mark IN (SELECT mark FROM known_devices ORDER BY seen_at DESC LIMIT -1 OFFSET ?)",
    limits.knownDevicesPerUser,
  );
}

/** What opening that session said of its device; the same however often it is asked. */
export function newsOf(sql: SqlStorage, sid: string): DeviceNews {
  const [row] = sql.exec<{ told: number }>("SELECT told FROM known_devices WHERE news_of = ?", sid).toArray();
  return row === undefined ? "none" : row.told === 1 ? "told" : "new";
}

/** Somebody was thrown out: should they come back, it is as a stranger. */
export function forgetDevice(sql: SqlStorage, mark: string): void {
  sql.exec("DELETE FROM known_devices WHERE mark = ?", mark);
}

/** All but that of one session: who knew the old password, or had the old factors, is a stranger from now on. */
export function forgetOtherDevices(sql: SqlStorage, exceptSid: string | null): void {
  sql.exec(
    "DELETE FROM known_devices WHERE mark NOT IN (SELECT device FROM sessions WHERE sid = ? AND device IS NOT NULL)",
    exceptSid,
  );
}
