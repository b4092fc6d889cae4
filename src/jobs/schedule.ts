import type { Bindings } from "../config/env.ts";
import { deleteExpiredRevocations } from "../storage/d1/revoked-access-token-store.ts";

/** Hourly. Everything in here may run twice, or not at all for a while. */
export async function tidy(env: Bindings): Promise<void> {
  await deleteExpiredRevocations(env.DB, Date.now());
}
