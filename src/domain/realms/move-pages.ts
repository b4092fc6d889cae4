import { sha256 } from "../../crypto/hash.ts";
import type { Clock } from "../../lib/time.ts";
import { RealmCopy } from "../../storage/d1/realm-copy.ts";
import type { RealmMove, RealmMoveStore } from "../../storage/d1/realm-move-store.ts";
import type { RealmTable } from "../../storage/d1/realm-tables.ts";
import { type Databases, shardNamed } from "../../storage/d1/shards.ts";
import { at, beforeAll, behind, fromStart, type Place } from "./move-place.ts";

/** What a realm is moved with. */
export interface Moving {
  readonly moves: RealmMoveStore;
  readonly databases: Databases;
  readonly clock: Clock;
}

/** A number: of seconds to wait before the next step. "not-first": somebody else is at it. */
export type Outcome = "stepped" | "not-first" | number;

/** What differs is written. Whatever was copied is looked at again before the switch. */
export async function copyPage(
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
export async function verifyPage(moving: Moving, move: RealmMove, { table, after }: Place): Promise<Outcome> {
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
export async function verifyEnds(moving: Moving, move: RealmMove, table: RealmTable): Promise<Outcome> {
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

/** Writes down how far the move has come, unless somebody else has. */
export async function note({ moves, clock }: Moving, move: RealmMove, changes: Partial<RealmMove>): Promise<Outcome> {
  const noted = await moves.replace(move, { ...move, ...changes, movedAt: clock.now() });
  return noted ? "stepped" : "not-first";
}

export function sidesOf({ databases }: Moving, { fromShard, toShard, realmId }: RealmMove) {
  const [from, to] = [shardNamed(databases, fromShard), shardNamed(databases, toShard)];
  return { from, to, copy: new RealmCopy(from, to, realmId) };
}
