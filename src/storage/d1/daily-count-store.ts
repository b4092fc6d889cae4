import { and, eq, gte, inArray, lt, sql } from "drizzle-orm";
import { guarded } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { dailyCounts } from "./schema/index.ts";

/** One more of something on a day. `day`: YYYY-MM-DD. */
export interface Count {
  readonly day: string;
  readonly metric: string;
  readonly label: string;
  readonly count: number;
}

/** The numbers of one realm's days. They are written with the entries that they count; see `AuditStore`. */
export class DailyCountStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** Counts of days, both ends included. */
  between(from: string, to: string): Promise<Count[]> {
    return guarded("counts.between", () =>
      this.#db
        .select({
          day: dailyCounts.day,
          metric: dailyCounts.metric,
          label: dailyCounts.label,
          count: dailyCounts.count,
        })
        .from(dailyCounts)
        .where(
          and(eq(dailyCounts.realmId, this.#realmId), gte(dailyCounts.day, from), sql`${dailyCounts.day} <= ${to}`),
        ),
    );
  }

  /** All there was of one from a day on, by label. */
  sumsSince(day: string, metric: string): Promise<Pick<Count, "label" | "count">[]> {
    return guarded("counts.sumsSince", () =>
      this.#db
        .select({ label: dailyCounts.label, count: sql<number>`sum(${dailyCounts.count})` })
        .from(dailyCounts)
        .where(and(eq(dailyCounts.realmId, this.#realmId), gte(dailyCounts.day, day), eq(dailyCounts.metric, metric)))
        .groupBy(dailyCounts.label)
        .orderBy(dailyCounts.label),
    );
  }

  /** All there was of these before a day. */
  async sumsBefore(day: string, metrics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await guarded("counts.sumsBefore", () =>
      this.#db
        .select({ metric: dailyCounts.metric, count: sql<number>`sum(${dailyCounts.count})` })
        .from(dailyCounts)
        .where(
          and(
            eq(dailyCounts.realmId, this.#realmId),
            lt(dailyCounts.day, day),
            inArray(dailyCounts.metric, [...metrics]),
          ),
        )
        .groupBy(dailyCounts.metric),
    );
    return new Map(rows.map(({ metric, count }) => [metric, count]));
  }
}
