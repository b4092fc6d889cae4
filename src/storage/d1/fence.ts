import { guarded } from "../guarded.ts";
import { movedTables } from "./realm-tables.ts";

const changes = ["insert", "update", "delete"] as const;

/**
 * Triggers by which a database refuses every change of one realm's rows, whoever makes it and whatever he believes of the realm.
 * There are none but while a realm is moved. `guarded` knows what they say.
 */
export async function raiseFence(shard: D1Database, realmId: string): Promise<void> {
  const statements = () =>
    movedTables.flatMap(({ name }) =>
      changes.map((change) => {
        const rows = change === "insert" ? ["new"] : change === "delete" ? ["old"] : ["old", "new"];
        const when = rows.map((row) => `${row}.realm_id = '${safe(realmId)}'`).join(" or ");
        return shard.prepare(
          `create trigger if not exists ${nameOf(name, change, realmId)} before ${change} on ${name} when ${when} begin select raise(abort, 'gatehouse-realm-fenced'); end`,
        );
      }),
    );
  await guarded("fence.raise", async () => shard.batch(statements()));
}

/** Safe to run twice, and where there is none. */
export async function lowerFence(shard: D1Database, realmId: string): Promise<void> {
  const statements = () =>
    movedTables.flatMap(({ name }) =>
      changes.map((change) => shard.prepare(`drop trigger if exists ${nameOf(name, change, realmId)}`)),
    );
  await guarded("fence.lower", async () => shard.batch(statements()));
}

const nameOf = (table: string, change: string, realmId: string): string =>
  `"fence_${change}_${table}_${safe(realmId)}"`;

/** DDL takes no parameters. Ids of realms are ours; this holds should that change. */
function safe(realmId: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(realmId)) throw new Error("not an id of a realm");
  return realmId;
}
