import { randomHandle } from "../crypto/random.ts";
import { type AuditEvent, type AuditOutcome, firstAuditIdOf } from "./audit-events.ts";

/** `now`: milliseconds since the epoch. */
export const newAuditEvent = (
  about: Omit<AuditEvent, "id" | "time" | "outcome"> & { readonly outcome?: AuditOutcome },
  now: number,
): AuditEvent => ({
  outcome: "done",
  ...about,
  id: `${firstAuditIdOf(now)}_${randomHandle(12)}`,
  time: new Date(now).toISOString(),
});
