/** /admin/v1/realms/<realm>/move: a realm moves to another of the deployment's databases while it is in use. */
import * as z from "zod";
import type { Moving } from "../../domain/realms/move-pages.ts";
import { abortMove, beginMove } from "../../domain/realms/move-realm.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { enqueue } from "../../http/jobs.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { systemClock } from "../../lib/time.ts";
import { isOver, moveStates, type RealmMove, RealmMoveStore } from "../../storage/d1/realm-move-store.ts";
import { databasesOf } from "../../storage/d1/shards.ts";
import { shardSchema } from "./realm-json.ts";
import { nullableTimeJson, timeJson, timeSchema } from "./time-json.ts";

export const newMoveSchema = z.strictObject({ to: shardSchema });

export const moveSchema = z.object({
  from: shardSchema,
  to: shardSchema,
  state: z
    .enum(moveStates)
    .describe(
      "The realm takes no changes from `catching-up` to `switched`, and works on the new shard from `switched` on. From `kept` on only the old rows are left to be deleted.",
    ),
  table: z.string().nullable().describe("What is gone over now."),
  copied: z.int().describe("Rows written while the realm took changes."),
  caught_up: z.int().describe("Rows that had changed meanwhile."),
  verified: z.int().describe("Rows that are the same on both."),
  content_hash: z.string().describe("SHA-256 over all of them, page by page; empty before."),
  started_at: timeSchema,
  fenced_at: timeSchema.nullable().describe("Since when changes were refused."),
  switched_at: timeSchema.nullable(),
  lifted_at: timeSchema.nullable().describe("Since when they are taken again."),
  ended_at: timeSchema.nullable(),
  moved_at: timeSchema.describe("The last step."),
  failure: z.enum(["fenced-too-long"]).nullable().describe("Why it was given up."),
});

const movingOf = (c: AppContext): Moving => {
  const databases = databasesOf(c.env);
  return { moves: new RealmMoveStore(databases.directory), databases, clock: systemClock };
};

const idOf = (c: AppContext): string => c.get("realm").realm.id;

export async function postMove(c: AppContext): Promise<Response> {
  const { to } = validate(newMoveSchema, await readJson(c));
  const move = await beginMove(movingOf(c), idOf(c), to);
  await enqueue(c, { type: "move-realm", realmId: move.realmId });
  c.set("auditDetails", { from: move.fromShard, to: move.toShard });
  return c.json(moveJson(move), 202);
}

export async function getMove(c: AppContext): Promise<Response> {
  const move = await movingOf(c).moves.find(idOf(c));
  if (move === null) throw new Problem("realm-move-unknown");
  return c.json(moveJson(move));
}

export async function removeMove(c: AppContext): Promise<Response> {
  const move = await abortMove(movingOf(c), idOf(c));
  await enqueue(c, { type: "move-realm", realmId: move.realmId });
  return c.json(moveJson(move), 202);
}

/** Only what is left to be cleared away does not stand in the way of deleting the realm. */
export async function refuseWhileMoving(c: AppContext): Promise<void> {
  const move = await movingOf(c).moves.find(idOf(c));
  const isInTheWay = move !== null && !isOver(move) && move.state !== "kept" && move.state !== "clearing";
  if (isInTheWay) throw new Problem("realm-move-under-way");
}

const moveJson = (move: RealmMove): z.output<typeof moveSchema> => ({
  from: move.fromShard,
  to: move.toShard,
  state: move.state,
  table: move.tableName === "" ? null : move.tableName,
  copied: move.copied,
  caught_up: move.caughtUp,
  verified: move.verified,
  content_hash: move.contentHash,
  started_at: timeJson(move.startedAt),
  fenced_at: nullableTimeJson(move.fencedAt),
  switched_at: nullableTimeJson(move.switchedAt),
  lifted_at: nullableTimeJson(move.liftedAt),
  ended_at: nullableTimeJson(move.endedAt),
  moved_at: timeJson(move.movedAt),
  failure: move.failure,
});
