import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { Clock } from "../../lib/time.ts";
import { lowerFence, raiseFence } from "../../storage/d1/fence.ts";
import { deleteSomeRows, RealmCopy, type RowKey } from "../../storage/d1/realm-copy.ts";
import { isOver, type MoveState, type RealmMove, type RealmMoveStore } from "../../storage/d1/realm-move-store.ts";
import { movedTables, type RealmTable } from "../../storage/d1/realm-tables.ts";
import { type Databases, shardNamed } from "../../storage/d1/shards.ts";

/** What a realm is moved with. */
export interface Moving {
  readonly moves: RealmMoveStore;
  readonly databases: Databases;
  readonly clock: Clock;
}

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

type Outcome = "stepped" | "not-first" | number;

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
    return note(moving, move, { state: "aborted", endedAt: moving.clock.now() });
  },
  done: async () => "not-first",
  aborted: async () => "not-first",
};

async function copyPage(
  moving: Moving,
  move: RealmMove,
  { table, after }: Place,
  counter: "copied" | "caughtUp",
): Promise<Outcome> {
  const { written, last } = await sidesOf(moving, move).copy.reconcile(table, after);
  const counts = { [counter]: move[counter] + written };
  // What does not change any more need not be read again while the realm is closed: each whole page is looked at until nothing is missing.
  const isToBeSeen = table.onlyGrows && move.state === "copying" && written > 0 && last !== null;
  return note(moving, move, { ...(isToBeSeen ? at(table, after) : behind(table, last)), ...counts });
}

/** Every row of both sides is read once more, and what both have is hashed. A difference sends the move back to catching up. */
async function verifyPage(moving: Moving, move: RealmMove, { table, after }: Place): Promise<Outcome> {
  const { copy } = sidesOf(moving, move);
  const { same, rows, content, last } = await copy.compare(table, after);
  const counts = last === null ? await copy.counts(table) : null;
  if (!same || (counts !== null && counts.source !== counts.target))
    return note(moving, move, fromStart("catching-up"));
  return note(moving, move, {
    ...behind(table, last),
    verified: move.verified + rows,
    contentHash: await sha256(`${move.contentHash}\n${table.name}\n${content}`),
  });
}

/**
 * Of a table that only grows every whole page was compared while it was copied, and its end was when the realm was closed. As many rows from
 * the same first to the same last are the same rows. If not, all of it is compared once more.
 */
async function verifyEnds(moving: Moving, move: RealmMove, table: RealmTable): Promise<Outcome> {
  const { source, target } = await sidesOf(moving, move).copy.ends(table);
  const content = JSON.stringify(source);
  if (content !== JSON.stringify(target))
    return note(moving, move, { state: "catching-up", tableName: table.name, cursor: beforeAll });
  return note(moving, move, {
    ...behind(table, null),
    verified: move.verified + source.count,
    contentHash: await sha256(`${move.contentHash}\n${table.name}\n${content}`),
  });
}

async function note({ moves, clock }: Moving, move: RealmMove, changes: Partial<RealmMove>): Promise<Outcome> {
  const noted = await moves.replace(move, { ...move, ...changes, movedAt: clock.now() });
  return noted ? "stepped" : "not-first";
}

function sidesOf({ databases }: Moving, { fromShard, toShard, realmId }: RealmMove) {
  const [from, to] = [shardNamed(databases, fromShard), shardNamed(databases, toShard)];
  return { from, to, copy: new RealmCopy(from, to, realmId) };
}

const fromStart = (state: MoveState) => ({ state, tableName: null, cursor: null });

const endOfTables = "";

/** A key in front of all of a table that only grows. */
const beforeAll = JSON.stringify([-1]);

/** A table, and the key behind which to go on. */
interface Place {
  readonly table: RealmTable;
  readonly after: RowKey | null;
}

/** Null behind the last table. Where a deployment has taken the table away meanwhile, it begins anew. */
function placeOf({ tableName, cursor }: RealmMove): Place | null {
  const [first] = movedTables;
  if (tableName === endOfTables || first === undefined) return null;
  const table = movedTables.find(({ name }) => name === tableName);
  if (table === undefined) return { table: first, after: null };
  return { table, after: cursor === null ? null : (JSON.parse(cursor) as RowKey) };
}

const at = (table: RealmTable, after: RowKey | null): Pick<RealmMove, "tableName" | "cursor"> => ({
  tableName: table.name,
  cursor: after === null ? null : JSON.stringify(after),
});

/** Behind that key, or with the next table when there is none. */
function behind(table: RealmTable, last: RowKey | null): Pick<RealmMove, "tableName" | "cursor"> {
  if (last !== null) return at(table, last);
  return { tableName: movedTables[movedTables.indexOf(table) + 1]?.name ?? endOfTables, cursor: null };
}

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
