import { and, eq, getTableColumns, isNull, type SQL, sql } from "drizzle-orm";
import { mainShard } from "../../config/env.ts";
import { guardedRead } from "../guarded.ts";
import { openDatabase, type Readable } from "./database.ts";
import type { RealmRecord, RealmRow } from "./realm-store.ts";
import { domains, realms, signingKeys } from "./schema/index.ts";
import { type Databases, shardNamed } from "./shards.ts";
import type { SigningKeyRow } from "./signing-key-store.ts";

/** A realm with all that a request asks of it. */
export interface FoundRealm extends RealmRecord {
  /** Milliseconds since the epoch: when the realm got its first main product, whose server may come to ask about sessions; null without one. */
  readonly sourcesSince: number | null;
  /** When it got its first key by which a server may ask. */
  readonly sessionKeysSince: number | null;
  /** What each of the realm's enabled webhooks wants to hear of; null for all. */
  readonly wantedEvents: readonly (readonly string[] | null)[];
}

/**
 * Host → realm, its domains and keys: one statement, and one more for a realm that lies on another shard than the first. `source`: the
 * directory, or copies of it.
 */
export const findRealmByHost = (
  databases: Databases,
  host: string,
  source: Readable = databases.directory,
): Promise<FoundRealm | null> =>
  find(databases, sql`(select ${domains.realmId} from ${domains} where ${domains.host} = ${host})`, source);

export const findRealmById = (databases: Databases, id: string): Promise<FoundRealm | null> =>
  find(databases, sql`${id}`, databases.directory);

async function find(databases: Databases, id: SQL, source: Readable): Promise<FoundRealm | null> {
  const db = openDatabase(source);
  const [found] = await guardedRead("realms.find", () =>
    db
      .select({ realm: realms, hosts: hostsOfRealm, keys: keysOfRealm, ...askedAbout(sql.raw("realms.id")) })
      .from(realms)
      .where(and(eq(realms.id, id), isNull(realms.deletedAt))),
  );
  if (found === undefined) return null;
  const { realm, hosts, keys, ...atHand } = found;
  const asked = realm.shard === mainShard ? atHand : await askShard(databases, realm);
  return {
    realm,
    hosts: hosts.toSorted(),
    keys: keys.toSorted((one, other) => one.createdAt - other.createdAt),
    ...asked,
  };
}

async function askShard(databases: Databases, { id, shard }: RealmRow) {
  const db = openDatabase(shardNamed(databases, shard));
  const asked = () => db.select(askedAbout(sql`${id}`)).from(sql`(select 1)`);
  const [answer = knownOfNone] = await guardedRead("realms.find.shard", async () => asked());
  return answer;
}

// What a realm has several of comes as JSON in its own row. The names are written out: drizzle would take the tables from in front of columns.
const hostsOfRealm = sql
  .raw("(select json_group_array(host) from domains where realm_id = realms.id)")
  .mapWith((text: string) => JSON.parse(text) as string[]);

const keyColumns = Object.entries(getTableColumns(signingKeys));
const keysOfRealm = sql
  .raw(
    `(select json_group_array(json_array(${keyColumns.map(([, { name }]) => name).join(", ")})) from signing_keys where realm_id = realms.id)`,
  )
  .mapWith((text: string) => (JSON.parse(text) as unknown[][]).map(keyOf));

function keyOf(values: readonly unknown[]): SigningKeyRow {
  const fields = keyColumns.map(([field, column], at) => {
    const value = values[at] ?? null;
    return [field, value === null ? null : column.mapFromDriverValue(value)];
  });
  return Object.fromEntries(fields) as SigningKeyRow;
}

/** What is known of a realm by rows of its shard: who comes to ask about sessions, and who wants to hear of what. */
const askedAbout = (id: SQL) => ({
  sourcesSince: sql<number | null>`(select min(created_at) from sources where realm_id = ${id})`,
  sessionKeysSince: sql<
    number | null
  >`(select min(created_at) from api_keys where realm_id = ${id} and instr(scopes, '"sessions:verify"') > 0)`,
  wantedEvents:
    sql`(select json_group_array(json(events)) from webhooks where realm_id = ${id} and disabled_at is null)`.mapWith(
      (text: string) => JSON.parse(text) as (string[] | null)[],
    ),
});
const knownOfNone = { sourcesSince: null, sessionKeysSince: null, wantedEvents: [] };
