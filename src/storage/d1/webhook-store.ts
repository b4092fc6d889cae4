import { and, asc, count as counted, eq, isNull, type SQL, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { webhookDeliveries, webhooks } from "./schema/index.ts";

export type WebhookRow = typeof webhooks.$inferSelect;
export type WebhookOwner = Pick<WebhookRow, "ownerType" | "owner">;
export type WebhookChanges = Partial<
  Pick<
    WebhookRow,
    | "url"
    | "events"
    | "description"
    | "sealedSecret"
    | "sealedOldSecret"
    | "oldSecretUntil"
    | "disabledAt"
    | "disabledReason"
    | "failingSince"
  >
>;

/** One realm's webhooks. */
export class WebhookStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** Null, and nothing stored, when its owner or the realm would have more than so many: of many made at once, too. */
  async insert(
    webhook: Omit<WebhookRow, "realmId">,
    most: { readonly ofOwner: number; readonly ofRealm: number },
  ): Promise<WebhookRow | null> {
    const row = { ...webhook, realmId: this.#realmId };
    const ofRealm = eq(webhooks.realmId, this.#realmId);
    const ofOwner = and(ofRealm, eq(webhooks.ownerType, row.ownerType), eq(webhooks.owner, row.owner));
    const count = (which: SQL | undefined) =>
      sql`(${this.#db.select({ count: counted() }).from(webhooks).where(which)})`;
    const [, refused] = await guarded("webhooks.insert", () =>
      this.#db.batch([
        this.#db.insert(webhooks).values(row),
        this.#db
          .delete(webhooks)
          .where(
            and(this.#named(row.id), sql`(${count(ofOwner)} > ${most.ofOwner} or ${count(ofRealm)} > ${most.ofRealm})`),
          )
          .returning({ id: webhooks.id }),
      ]),
    );
    return refused.length === 0 ? row : null;
  }

  /** All of the realm, the oldest first: they are few. */
  list(): Promise<WebhookRow[]> {
    return guarded("webhooks.list", () =>
      this.#db
        .select()
        .from(webhooks)
        .where(eq(webhooks.realmId, this.#realmId))
        .orderBy(asc(webhooks.createdAt), asc(webhooks.id)),
    );
  }

  async find(id: string): Promise<WebhookRow | null> {
    const [row] = await guarded("webhooks.find", () =>
      this.#db.select().from(webhooks).where(this.#named(id)).limit(1),
    );
    return row ?? null;
  }

  /** Null when it was changed in between, or is gone. */
  async update(id: string, version: number, changes: WebhookChanges, now: number): Promise<WebhookRow | null> {
    const [row] = await guarded("webhooks.update", () =>
      this.#db
        .update(webhooks)
        .set({ ...changes, version: version + 1, updatedAt: now })
        .where(and(this.#named(id), eq(webhooks.version, version)))
        .returning(),
    );
    return row ?? null;
  }

  /** With its deliveries. */
  async delete(id: string): Promise<boolean> {
    const [deleted] = await guarded("webhooks.delete", () =>
      this.#db.batch([
        this.#db.delete(webhooks).where(this.#named(id)).returning({ id: webhooks.id }),
        this.#db
          .delete(webhookDeliveries)
          .where(and(eq(webhookDeliveries.realmId, this.#realmId), eq(webhookDeliveries.webhookId, id))),
      ]),
    );
    return deleted.length === 1;
  }

  /** It has taken something. */
  async noteSuccess(id: string): Promise<void> {
    await guarded("webhooks.noteSuccess", () =>
      this.#db.update(webhooks).set({ failingSince: null }).where(this.#named(id)).run(),
    );
  }

  /** It has failed; switched off when it has done nothing else since `failingSince`. Answers whether it was. */
  async noteFailure(id: string, now: number, givenUpSince: number): Promise<boolean> {
    const [, disabled] = await guarded("webhooks.noteFailure", () =>
      this.#db.batch([
        this.#db
          .update(webhooks)
          .set({ failingSince: now })
          .where(and(this.#named(id), isNull(webhooks.failingSince))),
        this.#db
          .update(webhooks)
          .set({ ...off("failing", now) })
          .where(and(this.#named(id), isNull(webhooks.disabledAt), sql`${webhooks.failingSince} <= ${givenUpSince}`))
          .returning({ id: webhooks.id }),
      ]),
    );
    return disabled.length === 1;
  }

  async disable(id: string, reason: "gone", now: number): Promise<void> {
    await guarded("webhooks.disable", () =>
      this.#db
        .update(webhooks)
        .set(off(reason, now))
        .where(and(this.#named(id), isNull(webhooks.disabledAt)))
        .run(),
    );
  }

  #named(id: string) {
    return and(eq(webhooks.realmId, this.#realmId), eq(webhooks.id, id));
  }
}

const off = (reason: "gone" | "failing", now: number) => ({
  disabledAt: now,
  disabledReason: reason,
  version: sql`${webhooks.version} + 1`,
  updatedAt: now,
});
