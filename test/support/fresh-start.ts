import { reset } from "cloudflare:test";
import { afterAll, vi } from "vitest";
import { forgetDatabase, migrateDatabase } from "./database.ts";

/** The files of the project `workerd` share a runtime: each leaves the real clock, globals and functions behind, and nothing stored. */
afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await reset();
  forgetDatabase();
  // What a queue brings late, such as the count of tokens after five seconds, finds tables and no realm, and is done with.
  await migrateDatabase();
});
