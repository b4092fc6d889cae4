import { env } from "cloudflare:workers";
import { databasesOf } from "../../src/storage/d1/shards.ts";

const files = import.meta.glob<string>("../../migrations/*.sql", { query: "?raw", eager: true, import: "default" });
const statements = Object.keys(files)
  .sort()
  .flatMap((path) => (files[path] ?? "").split("--> statement-breakpoint"));

let migrated: Promise<unknown> | undefined;

/** Brings the test's empty databases to the schema that ships, once for each file of tests. */
export async function migrateDatabase(): Promise<void> {
  migrated ??= Promise.all([...databasesOf(env).shards.values()].map(migrateOne));
  await migrated;
}

async function migrateOne(db: D1Database): Promise<void> {
  // Of two databases, `reset` leaves one as it was now and then (version 1.5.0 of the plugin).
  const found = await db.prepare("select count(*) as count from sqlite_master where name = 'realms'").first("count");
  if (found === 0) await db.batch(statements.map((statement) => db.prepare(statement)));
}

/** The database is empty again. */
export function forgetDatabase(): void {
  migrated = undefined;
}
