import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { type Jurisdiction, jurisdictions } from "../../config/jurisdictions.ts";
import { limits } from "../../config/limits.ts";
import { guarded, guardedRead, guardedWrite } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { domains, realms, signingKeys } from "./schema/index.ts";
import { type Databases, shardNamed } from "./shards.ts";
import type { SigningKeyRow } from "./signing-key-store.ts";

export type RealmRow = typeof realms.$inferSelect;

export interface RealmRecord {
  readonly realm: RealmRow;
  readonly hosts: readonly string[];
  readonly keys: readonly SigningKeyRow[];
}

export type RealmChanges = Partial<
  Pick<RealmRow, "name" | "kind" | "authDomain" | "authenticationUrl" | "allowedRedirectDomains" | "settings">
>;

/** All realms of the deployment. The only store that is not bound to one. */
export class RealmStore {
  readonly #db: Database;
  readonly #databases: Databases;

  constructor(databases: Databases) {
    this.#db = openDatabase(databases.directory);
    this.#databases = databases;
  }

  /** The names of the deployment's shards. */
  get shards(): string[] {
    return [...this.#databases.shards.keys()];
  }

  /** The database in which the realm's rows lie, a deleted realm's too while there are any; null when there is no such realm. */
  async findShard(id: string): Promise<D1Database | null> {
    return (await this.findPlace(id))?.shard ?? null;
  }

  /** The same, and where its objects are. */
  async findPlace(id: string): Promise<{ shard: D1Database; jurisdiction: Jurisdiction | null } | null> {
    const [row] = await guardedRead("realms.findPlace", () =>
      this.#db
        .select({ shard: realms.shard, jurisdiction: realms.jurisdiction })
        .from(realms)
        .where(eq(realms.id, id))
        .limit(1),
    );
    return row === undefined ? null : { ...row, shard: shardNamed(this.#databases, row.shard) };
  }

  /** A deleted realm of which something is left. */
  async findRetired(id: string): Promise<RealmRow | null> {
    const [row] = await guardedRead("realms.findRetired", () =>
      this.#db
        .select()
        .from(realms)
        .where(and(eq(realms.id, id), isNotNull(realms.deletedAt)))
        .limit(1),
    );
    return row ?? null;
  }

  /** The jurisdictions that any realm is in. */
  async jurisdictionsInUse(): Promise<Jurisdiction[]> {
    const rows = await guardedRead("realms.jurisdictionsInUse", () =>
      this.#db.all<{ name: Jurisdiction }>(
        sql`select value as name from json_each(${JSON.stringify(jurisdictions)}) where exists (select 1 from ${realms} where ${realms.jurisdiction} = value)`,
      ),
    );
    return rows.map(({ name }) => name);
  }

  /** What living realms are called, of those that are asked for. */
  async namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await guarded("realms.namesOf", () =>
      this.#db
        .select({ id: realms.id, name: realms.name })
        .from(realms)
        .where(
          and(isNull(realms.deletedAt), sql`${realms.id} in (select value from json_each(${JSON.stringify(ids)}))`),
        ),
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** What each realm of a shard has chosen for a setting that is a number: those that have chosen one, and were last changed before then. */
  async chosenNumbers(
    shard: string,
    setting: string,
    changedBefore = Number.MAX_SAFE_INTEGER,
  ): Promise<ReadonlyMap<string, number>> {
    const chosen = sql<number>`json_extract(${realms.settings}, ${`$.${setting}`})`;
    const rows = await guarded("realms.chosenNumbers", () =>
      this.#db
        .select({ id: realms.id, chosen })
        .from(realms)
        .where(and(eq(realms.shard, shard), sql`${chosen} is not null`, lt(realms.updatedAt, changedBefore))),
    );
    return new Map(rows.map((row) => [row.id, row.chosen]));
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

  /** Takes a realm out of service at once: no host leads to it, no key verifies. What it has on its shard is erased afterwards. */
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
      ]),
    );
    return updated.length === 1;
  }

  /** Realms that were retired before `before` and have not been erased yet, those first that are due the longest. */
  async retiredIds(before: number): Promise<string[]> {
    const rows = await guarded("realms.retiredIds", () =>
      this.#db
        .select({ id: realms.id })
        .from(realms)
        .where(lt(realms.deletedAt, before))
        .orderBy(asc(realms.deletedAt))
        .limit(limits.pageSize),
    );
    return rows.map((row) => row.id);
  }

  /** The last step of erasing a realm, when its shard has nothing of it any more. That it was deleted, the deployment's chain says. */
  async erase(id: string): Promise<void> {
    await guarded("realms.erase", () => this.#db.delete(realms).where(eq(realms.id, id)).run());
  }
}

/** Whether name or host of a realm contains the text, whatever the case. */
const named = (part: string) => sql`(instr(lower(${realms.name}), lower(${part})) > 0
  or exists (select 1 from ${domains} where ${domains.realmId} = ${realms.id} and instr(${domains.host}, lower(${part})) > 0))`;
