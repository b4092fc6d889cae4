import { and, desc, eq, gt, inArray, lt, ne, or, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { webhookDeliveries } from "./schema/index.ts";

export type WebhookDeliveryRow = typeof webhookDeliveries.$inferSelect;
export type { WebhookAttempt } from "./schema/webhooks.ts";

/** A job for the queue: this webhook is to hear of this event. */
export interface WebhookDeliveryJob {
  readonly type: "webhook-delivery";
  readonly realmId: string;
  readonly webhookId: string;
  readonly eventId: string;
}

/** What became of a delivery for now. */
export type DeliveryOutcome = Pick<WebhookDeliveryRow, "state" | "attempts" | "log" | "nextAttemptAt">;

/** What one realm's webhooks have heard, and what they are still to hear. */
export class WebhookDeliveryStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** One for each webhook. Those that are there already stay as they are. */
  async add(
    webhookIds: readonly string[],
    { eventId, type, body, now }: { eventId: string; type: string; body: string; now: number },
  ): Promise<void> {
    const ids = JSON.stringify(webhookIds);
    await guarded("webhookDeliveries.add", () =>
      this.#db
        .insert(webhookDeliveries)
        .select(
          sql`select value, ${eventId}, ${this.#realmId}, ${type}, ${body}, 'pending', 0, '[]', ${now}, ${now} from json_each(${ids}) where true`,
        )
        .onConflictDoNothing()
        .run(),
    );
  }

  async find(webhookId: string, eventId: string): Promise<WebhookDeliveryRow | null> {
    const [row] = await guarded("webhookDeliveries.find", () =>
      this.#db
        .select()
        .from(webhookDeliveries)
        .where(and(this.#of(webhookId), eq(webhookDeliveries.eventId, eventId)))
        .limit(1),
    );
    return row ?? null;
  }

  /** A page, the newest first; `before` is the last event of the page before, "" at the beginning. */
  list(
    webhookId: string,
    { state, before, limit }: { state: WebhookDeliveryRow["state"] | null; before: string; limit: number },
  ): Promise<WebhookDeliveryRow[]> {
    return guarded("webhookDeliveries.list", () =>
      this.#db
        .select()
        .from(webhookDeliveries)
        .where(
          and(
            this.#of(webhookId),
            state === null ? undefined : eq(webhookDeliveries.state, state),
            before === "" ? undefined : lt(webhookDeliveries.eventId, before),
          ),
        )
        .orderBy(desc(webhookDeliveries.eventId))
        .limit(limit),
    );
  }

  async note({ webhookId, eventId }: WebhookDeliveryRow, outcome: DeliveryOutcome): Promise<void> {
    await guarded("webhookDeliveries.note", () =>
      this.#db
        .update(webhookDeliveries)
        .set(outcome)
        .where(and(this.#of(webhookId), eq(webhookDeliveries.eventId, eventId)))
        .run(),
    );
  }

  /** Begins one anew that is done with or waits for its next try, or up to `most` dead ones. Answers their events. */
  async beginAnew(webhookId: string, which: { eventId: string } | { most: number }, now: number): Promise<string[]> {
    const wanted =
      "eventId" in which
        ? and(
            eq(webhookDeliveries.eventId, which.eventId),
            or(ne(webhookDeliveries.state, "pending"), gt(webhookDeliveries.nextAttemptAt, now)),
          )
        : inArray(
            webhookDeliveries.eventId,
            this.#db
              .select({ eventId: webhookDeliveries.eventId })
              .from(webhookDeliveries)
              .where(and(this.#of(webhookId), eq(webhookDeliveries.state, "dead")))
              .orderBy(webhookDeliveries.eventId)
              .limit(which.most),
          );
    const begun = await guarded("webhookDeliveries.beginAnew", () =>
      this.#db
        .update(webhookDeliveries)
        .set({ state: "pending", attempts: 0, nextAttemptAt: now })
        .where(and(this.#of(webhookId), wanted))
        .returning({ eventId: webhookDeliveries.eventId }),
    );
    return begun.map(({ eventId }) => eventId).sort();
  }

  #of(webhookId: string) {
    return and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.realmId, this.#realmId));
  }
}
