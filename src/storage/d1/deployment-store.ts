import { and, eq, getTableColumns, isNull, ne, sql } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { mainShard } from "../../config/env.ts";
import { guarded } from "../guarded.ts";
import { lacksSecret, takesNothing } from "./attention-store.ts";
import { type Database, openDatabase } from "./database.ts";
import { RealmStore } from "./realm-store.ts";
import * as schema from "./schema/index.ts";
import type { Databases } from "./shards.ts";

const { providers, realms, signingKeys, webhookDeliveries, webhooks } = schema;

/** Rows of one kind that are told of one by one; of more, only that there are. */
const mostNamed = 50;

/** What those who run a deployment want to know about all of its realms at once. */
export class DeploymentStore {
  readonly #db: Database;
  readonly #databases: Databases;

  constructor(databases: Databases) {
    this.#db = openDatabase(databases.directory);
    this.#databases = databases;
  }

  /** `table` or `table.column` that this version of the Worker uses and a database does not have; of other shards than the first with their name. */
  async missingColumns(): Promise<string[]> {
    const missing = await Promise.all(
      [...this.#databases.shards].map(async ([name, shard]) =>
        (await columnsMissingIn(openDatabase(shard))).map((column) =>
          name === mainShard ? column : `${name}:${column}`,
        ),
      ),
    );
    return missing.flat();
  }

  /** The signing keys of living realms. */
  signingKeys() {
    return guarded("deployment.signingKeys", () =>
      this.#db
        .select({
          realm: realms.name,
          algorithm: signingKeys.algorithm,
          status: signingKeys.status,
          activatedAt: signingKeys.activatedAt,
        })
        .from(signingKeys)
        .innerJoin(realms, eq(realms.id, signingKeys.realmId))
        .where(and(isNull(realms.deletedAt), ne(signingKeys.status, "retired"))),
    );
  }

  /** Enabled providers that were given no secret, and use one. */
  providersWithoutSecret() {
    return this.#namedOnEach("deployment.providers", (db) =>
      db
        .select({ realmId: providers.realmId, name: providers.name })
        .from(providers)
        .where(lacksSecret)
        .limit(mostNamed),
    );
  }

  /** Webhooks that take nothing, whether they still are tried or were given up. */
  failingWebhooks() {
    return this.#namedOnEach("deployment.webhooks", (db) =>
      db
        .select({ realmId: webhooks.realmId, id: webhooks.id, reason: webhooks.disabledReason })
        .from(webhooks)
        .where(takesNothing)
        .limit(mostNamed),
    );
  }

  async deadDeliveries(): Promise<number> {
    const counts = await this.#onEach("deployment.deadDeliveries", (db) =>
      db.select({ count: sql<number>`count(*)` }).from(webhookDeliveries).where(eq(webhookDeliveries.state, "dead")),
    );
    return counts.reduce((sum, { count }) => sum + count, 0);
  }

  /** Rows of all shards. */
  async #onEach<Row>(operation: string, run: (db: Database) => PromiseLike<Row[]>): Promise<Row[]> {
    const shards = [...this.#databases.shards.values()];
    return (await Promise.all(shards.map((shard) => guarded(operation, async () => run(openDatabase(shard)))))).flat();
  }

  /** The same, with the names of their realms. A realm that was deleted has rows for a while, and nobody wants to hear of them. */
  async #namedOnEach<Row extends { readonly realmId: string }>(
    operation: string,
    run: (db: Database) => PromiseLike<Row[]>,
  ): Promise<(Row & { readonly realm: string })[]> {
    const rows = await this.#onEach(operation, run);
    const names = await new RealmStore(this.#databases).namesOf([...new Set(rows.map(({ realmId }) => realmId))]);
    return rows.flatMap((row) => {
      const realm = names.get(row.realmId);
      return realm === undefined ? [] : [{ ...row, realm }];
    });
  }

  async realmsWithCostlyHashes(aboveKib: number): Promise<{ realm: string; costKib: number }[]> {
    return guarded("deployment.passwordFloors", () =>
      this.#db
        .select({ realm: realms.name, costKib: realms.passwordFloorKib })
        .from(realms)
        .where(and(isNull(realms.deletedAt), sql`${realms.passwordFloorKib} > ${aboveKib}`))
        .limit(mostNamed),
    );
  }
}

async function columnsMissingIn(db: Database): Promise<string[]> {
  const present = await guarded("deployment.tables", () =>
    db.all<{ name: string; sql: string }>(sql`select name, sql from sqlite_master where type = 'table'`),
  );
  const statements = new Map(present.map((table) => [table.name, table.sql]));
  const tables = Object.values(schema).filter((value) => value instanceof SQLiteTable);
  return tables.flatMap((table) => {
    const { name } = getTableConfig(table);
    const statement = statements.get(name);
    if (statement === undefined) return [name];
    const columns = Object.values(getTableColumns(table)).map((column) => column.name);
    // As the migrations quote them, those that were added later, too.
    return columns.filter((column) => !statement.includes(`\`${column}\``)).map((column) => `${name}.${column}`);
  });
}
