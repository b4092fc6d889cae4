import { reset } from "cloudflare:test";
import { afterAll, vi } from "vitest";
import { forgetDatabase, migrateDatabase } from "./database.ts";

// Nothing is left to be read on first use: of requests at once that wait for one reading by vite's loader, workerd ends all but one as
// hung. Its own loader, which has every part at hand, makes none of them wait.
await Promise.all(Object.values(import.meta.glob("../../src/**/*.{ts,tsx}")).map((read) => read()));
await Promise.all([import("@simplewebauthn/server"), import("@simplewebauthn/server/helpers")]);

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
