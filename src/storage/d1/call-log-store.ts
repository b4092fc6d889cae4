import { waitUntil } from "cloudflare:workers";
import { and, desc, eq, gte, isNull, lt, lte, sql } from "drizzle-orm";
import { limits } from "../../config/limits.ts";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { vaultCalls, vaultFailures, vaultHealth } from "./schema/index.ts";

export type CallRow = typeof vaultCalls.$inferSelect;
export type CallEntry = Omit<CallRow, "realmId">;
export type HealthRow = typeof vaultHealth.$inferSelect;
export type FailureRow = typeof vaultFailures.$inferSelect;

export interface CallFilter {
  readonly clientId: string | null;
  readonly userId: number | null;
  readonly provider: string | null;
  readonly status: CallRow["status"] | null;
  /** Milliseconds since the epoch: not before, and before. */
  readonly from: number | null;
  readonly to: number | null;
  /** The last call of the page before; "" at the beginning. */
  readonly before: string;
  readonly limit: number;
}

const hourMs = 3_600_000;

/** One realm's log of calls of the token vault, what it says of each connection, and its failures by the hour. */
export class CallLogStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /**
   * Writes a call down after the answer, and nobody waits for it: what the platform loses on the way is lost. `onFailure` hears of a
   * failure, and how many of its kind there have been in this hour.
   */
  note(entry: CallEntry, onFailure: (count: number) => void): void {
    const work = entry.status === "error" ? this.#noteFailure(entry).then(onFailure) : this.#noteSuccess(entry);
    waitUntil(
      work.catch((error: unknown) => {
        const name = error instanceof Error ? error.name : "unknown";
        console.error(
          JSON.stringify({ level: "error", message: "a call is not in the log", call: entry.id, error: name }),
        );
      }),
    );
  }

  async #noteSuccess(entry: CallEntry): Promise<void> {
    const { userId, provider, clientId, createdAt: now } = entry;
    const success = { lastSuccessAt: now, failures: 0 };
    await guarded("callLog.noteSuccess", () =>
      this.#db.batch([
        this.#insert(entry),
        this.#db
          .insert(vaultHealth)
          .values({ realmId: this.#realmId, userId, provider, clientId, ...success })
          .onConflictDoUpdate({
            target: [vaultHealth.realmId, vaultHealth.userId, vaultHealth.provider, vaultHealth.clientId],
            set: success,
            setWhere: sql`${vaultHealth.failures} > 0 or coalesce(${vaultHealth.lastSuccessAt}, 0) < ${now - limits.vaultHealthTouchMs}`,
          }),
      ]),
    );
  }

  async #noteFailure(entry: CallEntry): Promise<number> {
    const { id, userId, provider, clientId, createdAt: now, statusCode } = entry;
    const realmId = this.#realmId;
    const code = entry.code ?? "unknown";
    const failure = { lastFailureAt: now, lastFailure: code, lastStatusCode: statusCode };
    const last = { lastAt: now, lastCallId: id, lastStatusCode: statusCode };
    const [, counted] = await guarded("callLog.noteFailure", () =>
      this.#db.batch([
        this.#insert(entry),
        this.#db
          .insert(vaultFailures)
          .values({ realmId, hour: Math.floor(now / hourMs), clientId, provider, code, count: 1, ...last })
          .onConflictDoUpdate({
            target: [
              vaultFailures.realmId,
              vaultFailures.hour,
              vaultFailures.clientId,
              vaultFailures.provider,
              vaultFailures.code,
            ],
            set: { count: sql`${vaultFailures.count} + 1`, ...last },
          })
          .returning({ count: vaultFailures.count }),
        this.#db
          .insert(vaultHealth)
          .values({ realmId, userId, provider, clientId, failures: 1, ...failure })
          .onConflictDoUpdate({
            target: [vaultHealth.realmId, vaultHealth.userId, vaultHealth.provider, vaultHealth.clientId],
            set: { failures: sql`${vaultHealth.failures} + 1`, ...failure },
          }),
      ]),
    );
    return counted[0]?.count ?? 1;
  }

  #insert(entry: CallEntry) {
    return this.#db
      .insert(vaultCalls)
      .values({ ...entry, realmId: this.#realmId })
      .onConflictDoNothing();
  }

  /** A page, the newest first. */
  list({ clientId, userId, provider, status, from, to, before, limit }: CallFilter): Promise<CallRow[]> {
    return guarded("callLog.list", () =>
      this.#db
        .select()
        .from(vaultCalls)
        .where(
          and(
            eq(vaultCalls.realmId, this.#realmId),
            before === "" ? undefined : lt(vaultCalls.id, before),
            from === null ? undefined : gte(vaultCalls.createdAt, from),
            to === null ? undefined : lt(vaultCalls.createdAt, to),
            clientId === null ? undefined : eq(vaultCalls.clientId, clientId),
            userId === null ? undefined : eq(vaultCalls.userId, userId),
            provider === null ? undefined : eq(vaultCalls.provider, provider),
            status === null ? undefined : eq(vaultCalls.status, status),
          ),
        )
        .orderBy(desc(vaultCalls.id))
        .limit(limit),
    );
  }

  /** Of one user's connections. */
  healthOf(userId: number): Promise<HealthRow[]> {
    return guarded("callLog.healthOf", () =>
      this.#db
        .select()
        .from(vaultHealth)
        .where(and(eq(vaultHealth.realmId, this.#realmId), eq(vaultHealth.userId, userId))),
    );
  }

  /**
   * Takes the failures of hours that are over, for a report: whoever asks first has them, and can give them back by the same `now`.
   */
  async takeFailures(now: number): Promise<FailureRow[]> {
    const hour = Math.floor(now / hourMs);
    return guarded("callLog.takeFailures", () =>
      this.#db
        .update(vaultFailures)
        .set({ reportedAt: now })
        .where(
          and(eq(vaultFailures.realmId, this.#realmId), lt(vaultFailures.hour, hour), isNull(vaultFailures.reportedAt)),
        )
        .returning(),
    );
  }

  /** Those that could not be reported. */
  async giveBackFailures(takenAt: number): Promise<void> {
    await guarded("callLog.giveBackFailures", () =>
      this.#db
        .update(vaultFailures)
        .set({ reportedAt: null })
        .where(and(eq(vaultFailures.realmId, this.#realmId), eq(vaultFailures.reportedAt, takenAt)))
        .run(),
    );
  }
}

/** Realms that have failures of hours that are over, and no report of them yet. */
export async function realmsWithFailures(binding: D1Database, now: number): Promise<string[]> {
  const rows = await guarded("callLog.realmsWithFailures", () =>
    openDatabase(binding)
      .selectDistinct({ realmId: vaultFailures.realmId })
      .from(vaultFailures)
      .where(and(lt(vaultFailures.hour, Math.floor(now / hourMs)), isNull(vaultFailures.reportedAt))),
  );
  return rows.map(({ realmId }) => realmId);
}

/** Forgets calls from before `before`, and of each realm the oldest beyond `most`, with what is left of deleted realms. Safe to run twice. */
export async function deleteOldCalls(binding: D1Database, before: number, most: number): Promise<void> {
  const db = openDatabase(binding);
  await guarded("callLog.deleteOld", async () => {
    await db
      .delete(vaultFailures)
      .where(lt(vaultFailures.hour, Math.floor(before / hourMs)))
      .run();
    const known = await db.selectDistinct({ realmId: vaultCalls.realmId }).from(vaultCalls);
    for (const { realmId } of known) {
      const [last] = await db
        .select({ id: vaultCalls.id })
        .from(vaultCalls)
        .where(eq(vaultCalls.realmId, realmId))
        .orderBy(desc(vaultCalls.id))
        .limit(1)
        .offset(most);
      const oldest = firstCallIdOf(before);
      const bound = last !== undefined && last.id > oldest ? last.id : oldest;
      await db
        .delete(vaultCalls)
        .where(and(eq(vaultCalls.realmId, realmId), lte(vaultCalls.id, bound)))
        .run();
    }
  });
}

/** Ids of calls from then on are not smaller than this. */
export const firstCallIdOf = (now: number): string => `call_${now.toString(36).padStart(9, "0")}`;
