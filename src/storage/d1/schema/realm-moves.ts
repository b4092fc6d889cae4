import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** How far a realm is on its way to another shard; the last of its moves stays as a note (domain/realms/move-realm.ts). */
export const realmMoves = sqliteTable("realm_moves", {
  realmId: text("realm_id").primaryKey(),
  fromShard: text("from_shard").notNull(),
  toShard: text("to_shard").notNull(),
  state: text("state", {
    enum: [
      "copying",
      "catching-up",
      "verifying",
      "switched",
      "settling",
      "kept",
      "clearing",
      "done",
      "aborting",
      "aborted",
    ],
  }).notNull(),
  /** Grows with every change of this row: of two who go on from the same step, one does. */
  step: integer("step").notNull(),
  /** The table that is gone over, and the key of the last row that was, in JSON; null before the first. */
  tableName: text("table_name"),
  cursor: text("cursor"),
  /** Rows that were written or deleted on the new shard: while copying, and under the fence. */
  copied: integer("copied").notNull(),
  caughtUp: integer("caught_up").notNull(),
  /** Rows that were found to be the same on both, since verifying began; and a hash over all of them. */
  verified: integer("verified").notNull(),
  contentHash: text("content_hash").notNull(),
  startedAt: integer("started_at").notNull(),
  fencedAt: integer("fenced_at"),
  switchedAt: integer("switched_at"),
  liftedAt: integer("lifted_at"),
  endedAt: integer("ended_at"),
  movedAt: integer("moved_at").notNull(),
  /** Why it was given up by itself. */
  failure: text("failure", { enum: ["fenced-too-long"] }),
});
