import { randomHandle } from "../crypto/random.ts";

/** What can happen in a realm that somebody may want to hear of (contract §5). */
export const eventTypes = [
  "session.created",
  "session.revoked",
  "session.expired",
  "user.created",
  "user.updated",
  "user.deleted",
  "account.linked",
  "account.unlinked",
  "connection.connected",
  "connection.expired",
  "connection.disconnected",
  // The token vault's, by the names that its callers know (docs/decisions/0022).
  "USER_CONSENT_SUCCESS",
  "USER_CONSENT_FAILURE",
  "USER_CONSENT_DISCONNECT",
  "CALL_FORMAT_ERROR",
  "API_ERROR",
  "INVALID_OAUTHID",
] as const;
export type EventType = (typeof eventTypes)[number];

/** Those of consents that the operator's report counts (contract §6). */
export const consentEvents = ["USER_CONSENT_SUCCESS", "USER_CONSENT_FAILURE", "USER_CONSENT_DISCONNECT"] as const;
export type ConsentEvent = (typeof consentEvents)[number];

/** Something that happened to one user. Ids and what changed, never names, addresses or secrets. */
export interface RealmEvent {
  /** Sorts by time. The same with every attempt to deliver it. */
  readonly id: string;
  readonly type: EventType;
  /** ISO 8601, in UTC. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A job for the queue: whoever listens is to hear of this. */
export interface EventJob {
  readonly type: "event";
  readonly realmId: string;
  readonly event: RealmEvent;
}

/** `now`: milliseconds since the epoch. */
export const newEvent = (type: EventType, data: RealmEvent["data"], now: number): RealmEvent => ({
  id: `${firstEventIdOf(now)}_${randomHandle(12)}`,
  type,
  timestamp: new Date(now).toISOString(),
  data,
});

/** Ids of events from then on are not smaller than this. */
const firstEventIdOf = (now: number): string => `evt_${now.toString(36).padStart(9, "0")}`;

/** How events name a user. */
export const userNames = ({ id, externalId }: { readonly id: number; readonly externalId: string | null }) => ({
  user_id: String(id),
  quickpass_user_id: `qp_${id}`,
  ...(externalId === null ? {} : { external_id: externalId }),
});
