import { env } from "cloudflare:workers";

const files = import.meta.glob<string>("../../migrations/*.sql", { query: "?raw", eager: true, import: "default" });

/** Brings the test's empty database to the schema that ships. */
export async function migrateDatabase(): Promise<void> {
  for (const path of Object.keys(files).sort()) {
    for (const statement of (files[path] ?? "").split("--> statement-breakpoint"))
      await env.DB.prepare(statement).run();
  }
}
