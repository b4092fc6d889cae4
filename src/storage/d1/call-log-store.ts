import { waitUntil } from "cloudflare:workers";
import { and, desc, eq, gte, isNull, lt, sql } from "drizzle-orm";
import { limits } from "../../config/limits.ts";
import type { ConsentEvent } from "../events.ts";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { vaultCalls, vaultHealth, vaultTallies } from "./schema/index.ts";

export type CallRow = typeof vaultCalls.$inferSelect;
export type CallEntry = Omit<CallRow, "realmId">;
export type HealthRow = typeof vaultHealth.$inferSelect;
export type TallyRow = typeof vaultTallies.$inferSelect;

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

/** One realm's log of calls of the token vault, what it says of each connection, and by the hour its failures and consents. */
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
    waitUntil(work.catch((error: unknown) => logLost("a call is not in the log", error, { call: entry.id })));
  }

  /** Counts a consent, or the end of one, in the same way. */
  noteConsent(
    event: ConsentEvent,
    { provider, clientId }: Pick<CallEntry, "provider" | "clientId">,
    now: number,
  ): void {
    const about = { provider, clientId, code: event, lastAt: now, lastCallId: null, lastStatusCode: null };
    const work = guarded("callLog.noteConsent", () => this.#tally(about).run());
    waitUntil(work.catch((error: unknown) => logLost("a consent is not counted", error)));
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
    const tally = { provider, clientId, code, lastAt: now, lastCallId: id, lastStatusCode: statusCode };
    const [, counted] = await guarded("callLog.noteFailure", () =>
      this.#db.batch([
        this.#insert(entry),
        this.#tally(tally).returning({ count: vaultTallies.count }),
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

  #tally({ provider, clientId, code, ...last }: Omit<TallyRow, "realmId" | "hour" | "count" | "reportedAt">) {
    const { realmId, hour, clientId: client, provider: at, code: kind, count } = vaultTallies;
    return this.#db
      .insert(vaultTallies)
      .values({
        realmId: this.#realmId,
        hour: Math.floor(last.lastAt / hourMs),
        clientId,
        provider,
        code,
        count: 1,
        ...last,
      })
      .onConflictDoUpdate({ target: [realmId, hour, client, at, kind], set: { count: sql`${count} + 1`, ...last } });
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
   * Takes the tallies of hours that are over, for a report: whoever asks first has them, and can give them back by the same `now`.
   */
  async takeTallies(now: number): Promise<TallyRow[]> {
    const hour = Math.floor(now / hourMs);
    return guarded("callLog.takeTallies", () =>
      this.#db
        .update(vaultTallies)
        .set({ reportedAt: now })
        .where(
          and(eq(vaultTallies.realmId, this.#realmId), lt(vaultTallies.hour, hour), isNull(vaultTallies.reportedAt)),
        )
        .returning(),
    );
  }

  /** Those that could not be reported. */
  async giveBackTallies(takenAt: number): Promise<void> {
    await guarded("callLog.giveBackTallies", () =>
      this.#db
        .update(vaultTallies)
        .set({ reportedAt: null })
        .where(and(eq(vaultTallies.realmId, this.#realmId), eq(vaultTallies.reportedAt, takenAt)))
        .run(),
    );
  }
}

function logLost(message: string, error: unknown, about: Record<string, string> = {}): void {
  const name = error instanceof Error ? error.name : "unknown";
  console.error(JSON.stringify({ level: "error", message, ...about, error: name }));
}

/** Ids of calls from then on are not smaller than this. */
export const firstCallIdOf = (now: number): string => `call_${now.toString(36).padStart(9, "0")}`;
