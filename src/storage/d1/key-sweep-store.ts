import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Jurisdiction } from "../../config/jurisdictions.ts";
import { RealmMoving } from "../../errors/storage-unavailable.ts";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import {
  clients,
  keySweeps,
  providers,
  realms,
  retiredProviders,
  signingKeys,
  sources,
  users,
  webhooks,
} from "./schema/index.ts";
import { type Databases, shardNamed } from "./shards.ts";

export type KeySweepRow = typeof keySweeps.$inferSelect;

interface SealedColumn {
  readonly table: SQLiteTable;
  readonly column: SQLiteColumn;
  readonly realmId: SQLiteColumn;
  /** With the realm, what the value is bound to. */
  readonly name: SQLiteColumn;
}

/** Every column of D1 that is sealed, in the order of the sweep. A test finds one that is missing. */
export const sealedColumns = {
  signing_keys: {
    table: signingKeys,
    column: signingKeys.sealedPrivateJwk,
    realmId: signingKeys.realmId,
    name: signingKeys.kid,
  },
  client_secrets: { table: clients, column: clients.sealedSecret, realmId: clients.realmId, name: clients.clientId },
  provider_secrets: {
    table: providers,
    column: providers.sealedClientSecret,
    realmId: providers.realmId,
    name: providers.name,
  },
  retired_provider_secrets: {
    table: retiredProviders,
    column: retiredProviders.sealedClientSecret,
    realmId: retiredProviders.realmId,
    name: retiredProviders.name,
  },
  source_secrets: { table: sources, column: sources.sealedSecret, realmId: sources.realmId, name: sources.name },
  webhook_secrets: { table: webhooks, column: webhooks.sealedSecret, realmId: webhooks.realmId, name: webhooks.id },
  old_webhook_secrets: {
    table: webhooks,
    column: webhooks.sealedOldSecret,
    realmId: webhooks.realmId,
    name: webhooks.id,
  },
} as const satisfies Record<string, SealedColumn>;

export type SealedColumnName = keyof typeof sealedColumns;

export interface SealedValue {
  readonly rowId: number;
  /** What it is bound to. */
  readonly context: string;
  readonly sealed: string;
}

export interface SweptUser {
  readonly id: number;
  /** Where its object is. Null when the realm's row is gone: it goes last, so that there is no object any more. */
  readonly realm: { readonly id: string; readonly jurisdiction: Jurisdiction | null } | null;
}

/** All that is sealed in the deployment, and the sweep's own note of how far it is. Bound to no realm, as the keys are not. */
export class KeySweepStore {
  readonly #db: Database;
  readonly #databases: Databases;

  constructor(databases: Databases) {
    this.#db = openDatabase(databases.directory);
    this.#databases = databases;
  }

  /** The names of the databases that it goes over, in order. */
  get shards(): string[] {
    return [...this.#databases.shards.keys()];
  }

  #shard(name: string): Database {
    return openDatabase(shardNamed(this.#databases, name));
  }

  async find(): Promise<KeySweepRow | null> {
    const [row] = await guarded("keySweeps.find", () => this.#db.select().from(keySweeps).where(eq(keySweeps.id, 1)));
    return row ?? null;
  }

  /** Puts `next` in the place of what was read; null when there was nothing. False, and nothing is changed, when somebody else was first. */
  async replace(read: KeySweepRow | null, next: KeySweepRow): Promise<boolean> {
    const written = await guarded("keySweeps.replace", () =>
      read === null
        ? this.#db.insert(keySweeps).values(next).onConflictDoNothing().returning({ id: keySweeps.id })
        : this.#db
            .update(keySweeps)
            .set(next)
            .where(
              and(
                eq(keySweeps.keyId, read.keyId),
                eq(keySweeps.round, read.round),
                eq(keySweeps.stage, read.stage),
                eq(keySweeps.after, read.after),
                eq(keySweeps.roundBegunAt, read.roundBegunAt),
                sql`${keySweeps.roundEndedAt} is ${read.roundEndedAt}`,
              ),
            )
            .returning({ id: keySweeps.id }),
    );
    return written.length === 1;
  }

  /** Values of a column that another key sealed, a page of them, by row. */
  sealedByOthers(
    shard: string,
    name: SealedColumnName,
    keyId: string,
    after: number,
    pageSize: number,
  ): Promise<SealedValue[]> {
    const { table, column, realmId, name: rowName } = sealedColumns[name];
    return guarded("keySweeps.sealedByOthers", () =>
      this.#shard(shard)
        .select({
          rowId: sql<number>`rowid`,
          context: sql<string>`${realmId} || '|' || ${rowName}`,
          sealed: sql<string>`${column}`,
        })
        .from(table)
        .where(and(sql`rowid > ${after}`, sql`${keyOf(column)} <> ${keyId}`))
        .orderBy(sql`rowid`)
        .limit(pageSize),
    );
  }

  /** False when the value is another by now, or its realm is being moved: it comes again in the next round. */
  async rewrap(
    shard: string,
    name: SealedColumnName,
    { rowId, sealed: before }: SealedValue,
    sealed: string,
  ): Promise<boolean> {
    const { table, column } = sealedColumns[name];
    const target = sql.identifier(column.name);
    try {
      const { meta } = await guarded("keySweeps.rewrap", () =>
        this.#shard(shard).run(
          sql`update ${table} set ${target} = ${sealed} where rowid = ${rowId} and ${target} = ${before}`,
        ),
      );
      return meta.changes === 1;
    } catch (error) {
      if (error instanceof RealmMoving) return false;
      throw error;
    }
  }

  /** Users of a shard's realms, those of deleted ones too as long as they have rows. */
  async usersAfter(shard: string, after: number, pageSize: number): Promise<SweptUser[]> {
    const page = await guarded("keySweeps.users", () =>
      this.#shard(shard)
        .select({ id: users.id, realmId: users.realmId })
        .from(users)
        .where(gt(users.id, after))
        .orderBy(asc(users.id))
        .limit(pageSize),
    );
    const places = await this.#jurisdictionsOf(page.map(({ realmId }) => realmId));
    return page.map(({ id, realmId }) => {
      const jurisdiction = places.get(realmId);
      return { id, realm: jurisdiction === undefined ? null : { id: realmId, jurisdiction } };
    });
  }

  async #jurisdictionsOf(realmIds: readonly string[]): Promise<ReadonlyMap<string, Jurisdiction | null>> {
    if (realmIds.length === 0) return new Map();
    const asked = JSON.stringify([...new Set(realmIds)]);
    const rows = await guarded("keySweeps.jurisdictions", () =>
      this.#db
        .select({ id: realms.id, jurisdiction: realms.jurisdiction })
        .from(realms)
        .where(sql`${realms.id} in (select value from json_each(${asked}))`),
    );
    return new Map(rows.map(({ id, jurisdiction }) => [id, jurisdiction]));
  }

  /** How many values of a column each key has sealed. */
  async countByKey(name: SealedColumnName): Promise<{ keyId: string; count: number }[]> {
    const { table, column } = sealedColumns[name];
    const counted = await Promise.all(
      this.shards.map((shard) =>
        guarded("keySweeps.count", () =>
          this.#shard(shard)
            .select({ keyId: sql<string>`${keyOf(column)}`, count: sql<number>`count(*)` })
            .from(table)
            .where(sql`${column} is not null`)
            .groupBy(keyOf(column)),
        ),
      ),
    );
    const byKey = Map.groupBy(counted.flat(), ({ keyId }) => keyId);
    return [...byKey].map(([keyId, counts]) => ({ keyId, count: counts.reduce((sum, { count }) => sum + count, 0) }));
  }

  /** The longest that a line of refresh tokens lives in any realm; `usualSeconds` where a realm has not said. */
  async longestRefreshSeconds(usualSeconds: number): Promise<number> {
    const setting = sql`coalesce(json_extract(${realms.settings}, '$.refresh_token_absolute_seconds'), ${usualSeconds})`;
    const [row] = await guarded("keySweeps.refresh", () =>
      this.#db.select({ longest: sql<number | null>`max(${setting})` }).from(realms),
    );
    return row?.longest ?? usualSeconds;
  }
}

const keyOf = (column: SQLiteColumn): SQL => sql`substr(${column}, 1, instr(${column}, '.') - 1)`;
