import type { Clock } from "../../lib/time.ts";
import type { AuditActor, AuditEvent } from "../../storage/audit-events.ts";
import type { AuditQueue } from "../../storage/audit-queue.ts";
import { newAuditEvent } from "../../storage/new-audit-event.ts";

/** What an event says of the request that it happened in: its id, the caller's network, and what kind of program called. */
export type RequestFacts = () => Pick<AuditEvent, "request" | "network" | "agent">;

/** What a rule says of an event. Without `actor` it is the user it is about, if it was done; else a stranger. */
export type Happening = Omit<
  AuditEvent,
  "id" | "time" | "outcome" | "actor" | "user" | "request" | "network" | "agent"
> & {
  readonly outcome?: AuditEvent["outcome"];
  readonly actor?: AuditActor;
  readonly user?: number | undefined;
};

/** Where rules write down what happened. */
export interface AuditTrail {
  record(happening: Happening): void;
  /** A token was given out. */
  countToken(grant: string, client: string): void;
  /** The same trail, as seen from a request. */
  seenFrom(facts: RequestFacts): AuditTrail;
}

export function auditTrail(queue: AuditQueue, clock: Clock, facts: RequestFacts | null = null): AuditTrail {
  return {
    record: ({ user, actor, ...happening }) =>
      queue.send(
        newAuditEvent(
          {
            ...happening,
            actor: actor ?? usualActor(happening.outcome, user, facts),
            ...(user === undefined ? {} : { user: String(user) }),
            ...facts?.(),
          },
          clock.now(),
        ),
      ),
    countToken: (grant, client) => queue.countToken(grant, client),
    seenFrom: (seen) => auditTrail(queue, clock, seen),
  };
}

function usualActor(
  outcome: AuditEvent["outcome"] = "done",
  user: number | undefined,
  facts: RequestFacts | null,
): AuditActor {
  if (facts === null) return { kind: "system" };
  return user === undefined || outcome !== "done" ? { kind: "nobody" } : { kind: "user", id: String(user) };
}

/** For what operators do: their endpoint writes the one event that tells of it (routes/admin/audited.ts). */
export function toldByEndpoint(trail: AuditTrail): AuditTrail {
  return { ...trail, record: () => undefined, seenFrom: () => toldByEndpoint(trail) };
}
