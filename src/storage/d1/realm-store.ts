import { and, asc, eq, gt, inArray, isNull, lt, sql } from "drizzle-orm";
import { limits } from "../../config/limits.ts";
import { guarded, guardedRead, guardedWrite } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import {
  apiKeys,
  auditAnchors,
  auditEvents,
  auditPending,
  clientOrigins,
  clients,
  dailyCounts,
  domains,
  linkedAccounts,
  passkeys,
  providers,
  realms,
  registrationTokens,
  retiredProviders,
  revokedAccessTokens,
  signingKeys,
  sources,
  users,
  vaultCalls,
  vaultConnections,
  vaultFailures,
  vaultHealth,
  vaultMappings,
  webhookDeliveries,
  webhooks,
} from "./schema/index.ts";
import type { SigningKeyRow } from "./signing-key-store.ts";

export type RealmRow = typeof realms.$inferSelect;

export interface RealmRecord {
  readonly realm: RealmRow;
  readonly hosts: readonly string[];
  readonly keys: readonly SigningKeyRow[];
}

export interface FoundRealm extends RealmRecord {
  /** Milliseconds since the epoch: when the realm got its first main product, whose server may come to ask about sessions; null without one. */
  readonly sourcesSince: number | null;
  /** When it got its first key by which a server may ask. */
  readonly sessionKeysSince: number | null;
  /** What each of the realm's enabled webhooks wants to hear of; null for all. */
  readonly wantedEvents: readonly (readonly string[] | null)[];
}

export type RealmChanges = Partial<
  Pick<RealmRow, "name" | "kind" | "authDomain" | "authenticationUrl" | "allowedRedirectDomains" | "settings">
>;

/** All realms of the deployment. The only store that is not bound to one. */
export class RealmStore {
  readonly #db: Database;

  constructor(binding: D1Database) {
    this.#db = openDatabase(binding);
  }

  /** Host → realm, its domains and keys, in one round trip. */
  findByHost(host: string): Promise<FoundRealm | null> {
    return this.#find(sql`(select ${domains.realmId} from ${domains} where ${domains.host} = ${host})`);
  }

  findById(id: string): Promise<FoundRealm | null> {
    return this.#find(sql`${id}`);
  }

  async #find(id: ReturnType<typeof sql>): Promise<FoundRealm | null> {
    const [[realm], hosts, keys, [askers], wanted] = await guardedRead("realms.find", () =>
      this.#db.batch([
        this.#db
          .select()
          .from(realms)
          .where(and(eq(realms.id, id), isNull(realms.deletedAt))),
        this.#db.select({ host: domains.host }).from(domains).where(eq(domains.realmId, id)).orderBy(asc(domains.host)),
        this.#db.select().from(signingKeys).where(eq(signingKeys.realmId, id)).orderBy(asc(signingKeys.createdAt)),
        this.#db
          .select({
            sourcesSince: sql<
              number | null
            >`(select min(${sources.createdAt}) from ${sources} where ${sources.realmId} = ${id})`,
            sessionKeysSince: sql<
              number | null
            >`(select min(${apiKeys.createdAt}) from ${apiKeys} where ${apiKeys.realmId} = ${id} and instr(${apiKeys.scopes}, '"sessions:verify"') > 0)`,
          })
          .from(realms)
          .where(eq(realms.id, id)),
        this.#db
          .select({ events: webhooks.events })
          .from(webhooks)
          .where(and(eq(webhooks.realmId, id), isNull(webhooks.disabledAt))),
      ]),
    );
    if (realm === undefined || askers === undefined) return null;
    const wantedEvents = wanted.map(({ events }) => events);
    return { realm, hosts: hosts.map((row) => row.host), keys, ...askers, wantedEvents };
  }

  async findIdsByName(name: string): Promise<string[]> {
    const rows = await guarded("realms.findIdsByName", () =>
      this.#db
        .select({ id: realms.id })
        .from(realms)
        .where(and(eq(realms.name, name), isNull(realms.deletedAt)))
        .limit(2),
    );
    return rows.map((row) => row.id);
  }

  /** A page of realms with their hosts, by id; `after` is the last id of the page before, `part` of a name or host, "" for all. */
  async list(after: string, pageSize: number, part = ""): Promise<{ realm: RealmRow; hosts: string[] }[]> {
    const page = await guarded("realms.list", () =>
      this.#db
        .select()
        .from(realms)
        .where(and(gt(realms.id, after), isNull(realms.deletedAt), part === "" ? undefined : named(part)))
        .orderBy(asc(realms.id))
        .limit(pageSize),
    );
    if (page.length === 0) return [];
    const hosts = await guarded("realms.list.hosts", () =>
      this.#db
        .select()
        .from(domains)
        .where(
          inArray(
            domains.realmId,
            page.map((realm) => realm.id),
          ),
        )
        .orderBy(asc(domains.host)),
    );
    return page.map((realm) => ({
      realm,
      hosts: hosts.filter((row) => row.realmId === realm.id).map((row) => row.host),
    }));
  }

  /** Realm, domains and first keys in one transaction. False when a domain is taken: then nothing was written. */
  insert(realm: RealmRow, hosts: readonly string[], keys: readonly SigningKeyRow[]): Promise<boolean> {
    return this.insertAll([{ realm, hosts, keys }]);
  }

  /** Several realms in one transaction: all of them or, when a domain is taken, none. */
  async insertAll(records: readonly [RealmRecord, ...RealmRecord[]]): Promise<boolean> {
    const statements = records.flatMap(({ realm, hosts, keys }) => [
      this.#db.insert(realms).values(realm),
      ...hosts.map((host) => this.#db.insert(domains).values({ host, realmId: realm.id })),
      ...keys.map((key) => this.#db.insert(signingKeys).values(key)),
    ]);
    const written = await guardedWrite("realms.insert", () =>
      this.#db.batch(statements as unknown as Parameters<Database["batch"]>[0]),
    );
    return written.ok;
  }

  /** Those of the hosts that some realm has, but for the realm `exceptId`. */
  async takenHosts(hosts: readonly string[], exceptId: string | null): Promise<string[]> {
    const taken = await guarded("realms.takenHosts", () =>
      this.#db
        .select()
        .from(domains)
        .where(sql`${domains.host} in (select value from json_each(${JSON.stringify(hosts)}))`)
        .orderBy(asc(domains.host)),
    );
    return taken.filter((row) => row.realmId !== exceptId).map((row) => row.host);
  }

  /**
   * Changes a realm, and its list of domains when one is given, in one transaction.
   * The version guards against a change in between.
   */
  async update(
    id: string,
    version: number,
    changes: RealmChanges,
    hosts: { added: readonly string[]; removed: readonly string[] },
    now: number,
  ): Promise<"updated" | "outdated" | "domain-taken"> {
    const current = sql`exists (select 1 from ${realms} where ${realms.id} = ${id} and ${realms.version} = ${version} and ${realms.deletedAt} is null)`;
    const written = await guardedWrite("realms.update", () =>
      this.#db.batch([
        ...hosts.removed.map((host) =>
          this.#db.delete(domains).where(and(eq(domains.host, host), eq(domains.realmId, id), current)),
        ),
        ...hosts.added.map((host) => this.#db.insert(domains).select(sql`select ${host}, ${id} where ${current}`)),
        this.#db
          .update(realms)
          .set({ ...changes, version: version + 1, updatedAt: now })
          .where(and(eq(realms.id, id), eq(realms.version, version), isNull(realms.deletedAt)))
          .returning({ id: realms.id }),
      ] as unknown as Parameters<Database["batch"]>[0]),
    );
    if (!written.ok) return "domain-taken";
    const last = written.value.at(-1);
    return Array.isArray(last) && last.length === 1 ? "updated" : "outdated";
  }

  /** Takes a realm out of service at once: no host leads to it, no key verifies. Its users are erased afterwards. */
  async retire(id: string, now: number): Promise<boolean> {
    const [updated] = await guarded("realms.retire", () =>
      this.#db.batch([
        this.#db
          .update(realms)
          .set({ deletedAt: now })
          .where(and(eq(realms.id, id), isNull(realms.deletedAt)))
          .returning({ id: realms.id }),
        this.#db.delete(domains).where(eq(domains.realmId, id)),
        this.#db.delete(signingKeys).where(eq(signingKeys.realmId, id)),
        this.#db.delete(clients).where(eq(clients.realmId, id)),
        this.#db.delete(clientOrigins).where(eq(clientOrigins.realmId, id)),
        this.#db.delete(revokedAccessTokens).where(eq(revokedAccessTokens.realmId, id)),
        this.#db.delete(registrationTokens).where(eq(registrationTokens.realmId, id)),
        this.#db.delete(providers).where(eq(providers.realmId, id)),
        this.#db.delete(retiredProviders).where(eq(retiredProviders.realmId, id)),
        this.#db.delete(vaultConnections).where(eq(vaultConnections.realmId, id)),
        this.#db.delete(linkedAccounts).where(eq(linkedAccounts.realmId, id)),
        this.#db.delete(passkeys).where(eq(passkeys.realmId, id)),
        this.#db.delete(sources).where(eq(sources.realmId, id)),
        this.#db.delete(apiKeys).where(eq(apiKeys.realmId, id)),
        this.#db.delete(webhooks).where(eq(webhooks.realmId, id)),
        this.#db.delete(webhookDeliveries).where(eq(webhookDeliveries.realmId, id)),
        this.#db.delete(vaultMappings).where(eq(vaultMappings.realmId, id)),
        this.#db.delete(vaultCalls).where(eq(vaultCalls.realmId, id)),
        this.#db.delete(vaultHealth).where(eq(vaultHealth.realmId, id)),
        this.#db.delete(vaultFailures).where(eq(vaultFailures.realmId, id)),
      ]),
    );
    return updated.length === 1;
  }

  /** Realms that were retired before `before` and have not been erased yet. */
  async retiredIds(before: number): Promise<string[]> {
    const rows = await guarded("realms.retiredIds", () =>
      this.#db.select({ id: realms.id }).from(realms).where(lt(realms.deletedAt, before)).limit(limits.pageSize),
    );
    return rows.map((row) => row.id);
  }

  /** Ids of users that a retired realm still has, a page at a time. */
  async remainingUserIds(realmId: string): Promise<number[]> {
    const rows = await guarded("realms.remainingUserIds", () =>
      this.#db.select({ id: users.id }).from(users).where(eq(users.realmId, realmId)).limit(limits.pageSize),
    );
    return rows.map((row) => row.id);
  }

  /** The last step of erasing a realm: what it remembers of itself goes too. That it was deleted, the deployment's chain says. */
  async erase(id: string): Promise<void> {
    await guarded("realms.erase", () =>
      this.#db.batch([
        this.#db.delete(auditEvents).where(eq(auditEvents.realmId, id)),
        this.#db.delete(auditAnchors).where(eq(auditAnchors.realmId, id)),
        this.#db.delete(auditPending).where(eq(auditPending.realmId, id)),
        this.#db.delete(dailyCounts).where(eq(dailyCounts.realmId, id)),
        this.#db.delete(realms).where(eq(realms.id, id)),
      ]),
    );
  }
}

/** Whether name or host of a realm contains the text, whatever the case. */
const named = (part: string) => sql`(instr(lower(${realms.name}), lower(${part})) > 0
  or exists (select 1 from ${domains} where ${domains.realmId} = ${realms.id} and instr(${domains.host}, lower(${part})) > 0))`;
