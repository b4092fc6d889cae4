import type { Config } from "../../config/env.ts";
import type { Jurisdiction } from "../../config/jurisdictions.ts";
import { type RealmSettings, realmSettingsSchema } from "../../config/realm-settings.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import type { FoundRealm } from "../../storage/d1/found-realm.ts";
import type { RealmRecord } from "../../storage/d1/realm-store.ts";
import { type EventType, eventTypes } from "../../storage/events.ts";
import { RealmKeys } from "../keys/realm-keys.ts";

/** A tenant: its domains, its settings, its keys. */
export interface Realm {
  readonly id: string;
  readonly name: string;
  /** The database in which its rows lie. */
  readonly shard: string;
  /** Within which region its objects are; null for wherever. */
  readonly jurisdiction: Jurisdiction | null;
  readonly kind: "frontend" | "editor";
  /** The one host that is the OIDC issuer and carries the hosted pages. */
  readonly authDomain: string;
  /** `https://<auth domain>`: from the realm, never from a header (RFC 8414 §2). */
  readonly issuer: string;
  readonly hosts: readonly string[];
  readonly authenticationUrl: string | null;
  readonly allowedRedirectDomains: readonly string[];
  readonly settings: RealmSettings;
  readonly keys: RealmKeys;
  /** Every wrong password costs at least this; see `verifyPassword`. */
  readonly passwordFloorKib: number;
  /** Milliseconds since the epoch: from then on it is written down whose session tokens are whose (tokens/token-index.ts). */
  readonly sessionsIndexedSince: number | null;
  /** And whose access tokens. */
  readonly indexesAccessTokens: boolean;
  /** What somebody wants to hear of; see domain/webhooks. */
  readonly listensTo: ReadonlySet<EventType>;
  readonly listensToSessions: boolean;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function realmOf(record: RealmRecord & Partial<FoundRealm>, config: Config, ring: KeyRing): Realm {
  const { realm, hosts, keys, wantedEvents = [] } = record;
  const listensTo = new Set(eventTypes.filter((type) => wantedEvents.some((some) => some?.includes(type) ?? true)));
  return {
    id: realm.id,
    name: realm.name,
    shard: realm.shard,
    jurisdiction: realm.jurisdiction,
    kind: realm.kind,
    authDomain: realm.authDomain,
    issuer: originOf(realm.authDomain, config),
    hosts,
    authenticationUrl: realm.authenticationUrl,
    allowedRedirectDomains: realm.allowedRedirectDomains,
    settings: realmSettingsSchema.parse(realm.settings),
    keys: new RealmKeys(realm.id, keys, ring),
    passwordFloorKib: realm.passwordFloorKib,
    sessionsIndexedSince: earlier(record.sourcesSince ?? null, record.sessionKeysSince ?? null),
    indexesAccessTokens: (record.sessionKeysSince ?? null) !== null,
    listensTo,
    listensToSessions: [...listensTo].some((type) => type.startsWith("session.")),
    version: realm.version,
    createdAt: realm.createdAt,
    updatedAt: realm.updatedAt,
  };
}

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** The origin of a host of this deployment. */
export const originOf = (host: string, config: Config): string => `${config.scheme}://${host}${config.portSuffix}`;

/** Whether an Origin header names one of the realm's own sites. */
export const isRealmOrigin = (origin: string, realm: Realm, config: Config): boolean =>
  realm.hosts.some((host) => originOf(host, config) === origin);

/** Whether this is the deployment's own realm, whose system administrators may act for all of it. */
export const isOperatorsRealm = ({ id, authDomain }: Realm, { operatorsRealm }: Config): boolean =>
  operatorsRealm !== null && (operatorsRealm === id || operatorsRealm === authDomain);
