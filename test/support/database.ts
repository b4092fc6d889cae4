import { env } from "cloudflare:workers";

const files = import.meta.glob<string>("../../migrations/*.sql", { query: "?raw", eager: true, import: "default" });
const statements = Object.keys(files)
  .sort()
  .flatMap((path) => (files[path] ?? "").split("--> statement-breakpoint"));

let migrated: Promise<unknown> | undefined;

/** Brings the test's empty database to the schema that ships, once for each file of tests. */
export async function migrateDatabase(): Promise<void> {
  migrated ??= env.DB.batch(statements.map((statement) => env.DB.prepare(statement)));
  await migrated;
}

/** The database is empty again. */
export function forgetDatabase(): void {
  migrated = undefined;
}
