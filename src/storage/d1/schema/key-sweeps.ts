import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** How far the sweep has come that brings all that is sealed under the newest key-encryption key. One row, with id 1. */
export const keySweeps = sqliteTable("key_sweeps", {
  id: integer("id").primaryKey(),
  /** The key that seals, and since when it was seen to. */
  keyId: text("key_id").notNull(),
  since: integer("since").notNull(),
  /** 1, then 2 a day later: for what an isolate with older secrets has sealed meanwhile. More when an operator asks. */
  round: integer("round").notNull(),
  roundBegunAt: integer("round_begun_at").notNull(),
  /** Null while the round lasts. */
  roundEndedAt: integer("round_ended_at"),
  /** What is looked at: a column that is sealed, or the objects of users; and the last row, or user, that was. */
  stage: text("stage").notNull(),
  after: integer("after").notNull(),
  /** In this round: users whose objects were looked at; values that were sealed anew; values that no key opens. */
  users: integer("users").notNull(),
  rewrapped: integer("rewrapped").notNull(),
  lost: integer("lost").notNull(),
  movedAt: integer("moved_at").notNull(),
});
