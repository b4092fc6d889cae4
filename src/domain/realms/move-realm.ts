import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { lowerFence, raiseFence } from "../../storage/d1/fence.ts";
import { deleteSomeRows } from "../../storage/d1/realm-copy.ts";
import { isOver, type MoveState, type RealmMove } from "../../storage/d1/realm-move-store.ts";
import { movedTables } from "../../storage/d1/realm-tables.ts";
import { shardNamed } from "../../storage/d1/shards.ts";
import { copyPage, type Moving, note, type Outcome, sidesOf, verifyEnds, verifyPage } from "./move-pages.ts";
import { beforeAll, fromStart, placeOf } from "./move-place.ts";

export interface MoveRealmJob {
  readonly type: "move-realm";
  readonly realmId: string;
}

/** Begins a move. Rows that an earlier one left on the new shard are taken for copies that are out of date. */
export async function beginMove({ moves, databases, clock }: Moving, realmId: string, to: string): Promise<RealmMove> {
  const [home, last] = await Promise.all([moves.homeOf(realmId), moves.find(realmId)]);
  if (home === null) throw new Problem("realm-unknown");
  if (!databases.shards.has(to))
    throw new Problem("body-invalid", { fields: { to: `one of ${[...databases.shards.keys()].join(", ")}` } });
  if (home === to) throw new Problem("realm-already-there");
  const isReturn = last !== null && (last.state === "kept" || last.state === "clearing") && last.fromShard === to;
  if (last !== null && !isOver(last) && !isReturn) throw new Problem("realm-move-under-way");
  const now = clock.now();
  const move: RealmMove = {
    realmId,
    fromShard: home,
    toShard: to,
    state: "copying",
    step: (last?.step ?? 0) + 1,
    tableName: null,
    cursor: null,
    copied: 0,
    caughtUp: 0,
    verified: 0,
    contentHash: "",
    startedAt: now,
    fencedAt: null,
    switchedAt: null,
    liftedAt: null,
    endedAt: null,
    movedAt: now,
    failure: null,
  };
  if (!(await moves.replace(last, move))) throw new Problem("realm-move-under-way");
  return move;
}

/** Until the switch. What was copied is deleted by the queue. */
export async function abortMove({ moves, clock }: Moving, realmId: string): Promise<RealmMove> {
  for (;;) {
    const move = await moves.find(realmId);
    if (move === null || isOver(move)) throw new Problem("realm-move-unknown");
    if (move.state === "aborting") return move;
    if (!beforeSwitch.includes(move.state)) throw new Problem("realm-move-too-late");
    const next: RealmMove = { ...move, ...fromStart("aborting"), movedAt: clock.now() };
    if (await moves.replace(move, next)) return next;
  }
}

const beforeSwitch: readonly MoveState[] = ["copying", "catching-up", "verifying"];

/**
 * Goes on with a move for some seconds. Answers after how many seconds it wants to be called again; null when it is over, or somebody
 * else is at it. Whatever is interrupted is done again from its last note, and every step bears that.
 */
export async function moveOn(moving: Moving, realmId: string): Promise<number | null> {
  const { moves, clock } = moving;
  const until = clock.now() + limits.realmMoveJobMs;
  while (clock.now() < until) {
    const { move, home } = await moves.findWithHome(realmId);
    if (move === null || isOver(move) || home === null) return null;
    const outcome = await stepOn(moving, move, home);
    if (outcome === "not-first") return null;
    if (typeof outcome === "number") return outcome;
  }
  return 0;
}

async function stepOn(moving: Moving, move: RealmMove, home: string): Promise<Outcome> {
  const isBefore = beforeSwitch.includes(move.state) || move.state === "aborting";
  // What is deleted is never what counts.
  if (home !== (isBefore ? move.fromShard : move.toShard)) throw new Error("the realm lies elsewhere");
  const { fencedAt } = move;
  const isFencedTooLong =
    beforeSwitch.includes(move.state) && fencedAt !== null && moving.clock.now() - fencedAt > limits.realmMoveFenceMs;
  if (isFencedTooLong) return note(moving, move, { ...fromStart("aborting"), failure: "fenced-too-long" });
  return steps[move.state](moving, move);
}

const steps: Readonly<Record<MoveState, (moving: Moving, move: RealmMove) => Promise<Outcome>>> = {
  copying: async (moving, move) => {
    const place = placeOf(move);
    if (place !== null) return copyPage(moving, move, place, "copied");
    // Written down first: a fence that stands is one that somebody knows of.
    return note(moving, move, { ...fromStart("catching-up"), fencedAt: moving.clock.now() });
  },
  "catching-up": async (moving, move) => {
    const { from, to, copy } = sidesOf(moving, move);
    if (move.tableName === null || move.cursor === beforeAll) {
      await raiseFence(from, move.realmId);
      // There is one after a verification that found a difference.
      await lowerFence(to, move.realmId);
    }
    const place = placeOf(move);
    if (place?.table.onlyGrows && place.after === null)
      return copyPage(moving, move, { ...place, after: await copy.trim(place.table) }, "caughtUp");
    if (place !== null) return copyPage(moving, move, place, "caughtUp");
    return note(moving, move, { ...fromStart("verifying"), verified: 0, contentHash: "" });
  },
  verifying: async (moving, move) => {
    // Nor can a copy that is late be written any more.
    if (move.tableName === null) await raiseFence(sidesOf(moving, move).to, move.realmId);
    const place = placeOf(move);
    if (place?.table.onlyGrows) return verifyEnds(moving, move, place.table);
    if (place !== null) return verifyPage(moving, move, place);
    const now = moving.clock.now();
    const next: RealmMove = { ...move, ...fromStart("switched"), switchedAt: now, movedAt: now };
    return (await moving.moves.switchOver(move, next)) ? "stepped" : "not-first";
  },
  switched: async (moving, move) => {
    const wait = secondsUntil(moving, (move.switchedAt ?? 0) + limits.realmMoveSwitchMs);
    if (wait > 0) return wait;
    await lowerFence(sidesOf(moving, move).to, move.realmId);
    return note(moving, move, { state: "settling", liftedAt: moving.clock.now() });
  },
  settling: async (moving, move) => {
    const wait = secondsUntil(moving, (move.switchedAt ?? 0) + limits.realmMoveSettleMs);
    if (wait > 0) return wait;
    await lowerFence(sidesOf(moving, move).from, move.realmId);
    return note(moving, move, { state: "kept" });
  },
  kept: async (moving, move) => {
    const wait = secondsUntil(moving, (move.switchedAt ?? 0) + limits.realmMoveGraceMs);
    return wait > 0 ? wait : note(moving, move, { state: "clearing" });
  },
  clearing: async (moving, move) => {
    if (await deleteSomeRows(sidesOf(moving, move).from, move.realmId, movedTables)) return note(moving, move, {});
    return note(moving, move, { state: "done", endedAt: moving.clock.now() });
  },
  aborting: async (moving, move) => {
    const { from, to } = sidesOf(moving, move);
    await lowerFence(from, move.realmId);
    await lowerFence(to, move.realmId);
    if (await deleteSomeRows(to, move.realmId, movedTables)) return note(moving, move, {});
    const now = moving.clock.now();
    if (move.liftedAt === null) return note(moving, move, { liftedAt: now });
    // A step that began before may come late, raise a fence that nobody knows of, and copy a page: looked after until none can be on its way.
    const wait = secondsUntil(moving, move.liftedAt + limits.realmMoveSettleMs);
    return wait > 0 ? Math.min(wait, 60) : note(moving, move, { state: "aborted", endedAt: now });
  },
  done: async () => "not-first",
  aborted: async () => "not-first",
};

/** At most what a queue may keep a message. */
const secondsUntil = ({ clock }: Moving, time: number): number =>
  Math.max(0, Math.min(Math.ceil((time - clock.now()) / 1000), 12 * 3600));

/** What a realm that is erased has beside its home: fences, copies and what was left behind, a page at a time. */
export async function eraseMove(
  { moves, databases }: Moving,
  realmId: string,
  home: D1Database,
): Promise<"more" | "done"> {
  const move = await moves.find(realmId);
  if (move === null) return "done";
  for (const name of [move.fromShard, move.toShard]) {
    const shard = shardNamed(databases, name);
    if (!isOver(move)) await lowerFence(shard, realmId);
    if (shard !== home && (await deleteSomeRows(shard, realmId, movedTables))) return "more";
  }
  await moves.forget(realmId);
  return "done";
}
