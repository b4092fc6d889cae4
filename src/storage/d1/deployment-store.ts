import { and, eq, getTableColumns, isNull, ne, sql } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { guarded } from "../guarded.ts";
import { lacksSecret, takesNothing } from "./attention-store.ts";
import { type Database, openDatabase } from "./database.ts";
import * as schema from "./schema/index.ts";

const { providers, realms, signingKeys, webhookDeliveries, webhooks } = schema;

/** Rows of one kind that are told of one by one; of more, only that there are. */
const mostNamed = 50;

/** What those who run a deployment want to know about all of its realms at once. */
export class DeploymentStore {
  readonly #db: Database;

  constructor(binding: D1Database) {
    this.#db = openDatabase(binding);
  }

  /** `table` or `table.column` that this version of the Worker uses and the database does not have. */
  async missingColumns(): Promise<string[]> {
    const present = await guarded("deployment.tables", () =>
      this.#db.all<{ name: string; sql: string }>(sql`select name, sql from sqlite_master where type = 'table'`),
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
    return guarded("deployment.providers", () =>
      this.#db
        .select({ realm: realms.name, name: providers.name })
        .from(providers)
        .innerJoin(realms, eq(realms.id, providers.realmId))
        .where(and(isNull(realms.deletedAt), lacksSecret))
        .limit(mostNamed),
    );
  }

  /** Webhooks that take nothing, whether they still are tried or were given up. */
  failingWebhooks() {
    return guarded("deployment.webhooks", () =>
      this.#db
        .select({ realm: realms.name, id: webhooks.id, reason: webhooks.disabledReason })
        .from(webhooks)
        .innerJoin(realms, eq(realms.id, webhooks.realmId))
        .where(and(isNull(realms.deletedAt), takesNothing))
        .limit(mostNamed),
    );
  }

  async deadDeliveries(): Promise<number> {
    const [row] = await guarded("deployment.deadDeliveries", () =>
      this.#db
        .select({ count: sql<number>`count(*)` })
        .from(webhookDeliveries)
        .where(eq(webhookDeliveries.state, "dead")),
    );
    return row?.count ?? 0;
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
