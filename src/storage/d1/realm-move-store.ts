import { and, eq, isNull, notInArray, sql } from "drizzle-orm";
import { guarded, guardedRead } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { realmMoves, realms } from "./schema/index.ts";

export type RealmMove = typeof realmMoves.$inferSelect;
export type MoveState = RealmMove["state"];
export const moveStates = realmMoves.state.enumValues;

const over: readonly MoveState[] = ["done", "aborted"];
export const isOver = ({ state }: RealmMove): boolean => over.includes(state);

/** Which shard refuses changes of the realm in a state, and on which one lie rows that are not the ones that count. */
const inState: Readonly<Record<MoveState, { readonly fenced: readonly Side[]; readonly aside: Side | null }>> = {
  copying: { fenced: [], aside: "toShard" },
  "catching-up": { fenced: ["fromShard"], aside: "toShard" },
  verifying: { fenced: ["fromShard", "toShard"], aside: "toShard" },
  switched: { fenced: ["fromShard", "toShard"], aside: "fromShard" },
  settling: { fenced: ["fromShard"], aside: "fromShard" },
  kept: { fenced: [], aside: "fromShard" },
  clearing: { fenced: [], aside: "fromShard" },
  done: { fenced: [], aside: null },
  aborting: { fenced: ["fromShard", "toShard"], aside: "toShard" },
  aborted: { fenced: [], aside: null },
};
type Side = "fromShard" | "toShard";

/** What jobs that go over whole shards have to know of realms on the way. */
export interface UnderWay {
  /** Shards on which some realm's rows may not be changed. */
  readonly fenced: ReadonlySet<string>;
  /** Realms of which a shard has rows that are a copy, or were left behind. */
  readonly aside: (shard: string) => ReadonlySet<string>;
}

/** How far realms are on their way between shards. In the directory, like the realms. */
export class RealmMoveStore {
  readonly #db: Database;

  constructor(directory: D1Database) {
    this.#db = openDatabase(directory);
  }

  async find(realmId: string): Promise<RealmMove | null> {
    const [row] = await guardedRead("realmMoves.find", () =>
      this.#db.select().from(realmMoves).where(eq(realmMoves.realmId, realmId)),
    );
    return row ?? null;
  }

  /** The same, and where the directory says that the realm lies at that moment. */
  async findWithHome(realmId: string): Promise<{ move: RealmMove | null; home: string | null }> {
    const [[move = null], [realm]] = await guardedRead("realmMoves.findWithHome", () =>
      this.#db.batch([this.#db.select().from(realmMoves).where(eq(realmMoves.realmId, realmId)), this.#home(realmId)]),
    );
    return { move, home: realm?.shard ?? null };
  }

  /** Those that are not over. There are a few at most. */
  unfinished(): Promise<RealmMove[]> {
    return guardedRead("realmMoves.unfinished", () =>
      this.#db
        .select()
        .from(realmMoves)
        .where(notInArray(realmMoves.state, [...over])),
    );
  }

  async underWay(): Promise<UnderWay> {
    const moves = await this.unfinished();
    return {
      fenced: new Set(moves.flatMap((move) => inState[move.state].fenced.map((side) => move[side]))),
      aside: (shard) =>
        new Set(
          moves.flatMap((move) => {
            const side = inState[move.state].aside;
            return side !== null && move[side] === shard ? [move.realmId] : [];
          }),
        ),
    };
  }

  /** Puts `next` in the place of what was read; null when there was nothing. False, and nothing is changed, when somebody else was first. */
  async replace(read: RealmMove | null, next: RealmMove): Promise<boolean> {
    const written = await guarded("realmMoves.replace", () =>
      read === null
        ? this.#db.insert(realmMoves).values(next).onConflictDoNothing().returning({ step: realmMoves.step })
        : this.#db
            .update(realmMoves)
            .set({ ...next, step: read.step + 1 })
            .where(atStep(read))
            .returning({ step: realmMoves.step }),
    );
    return written.length === 1;
  }

  /** The realm's row names the new shard, and the move says so: both or neither. False when the move or the realm is another by now. */
  async switchOver(read: RealmMove, next: RealmMove): Promise<boolean> {
    const [, written] = await guarded("realmMoves.switch", () =>
      this.#db.batch([
        this.#db
          .update(realms)
          .set({ shard: read.toShard })
          .where(
            and(
              eq(realms.id, read.realmId),
              eq(realms.shard, read.fromShard),
              isNull(realms.deletedAt),
              sql`exists (select 1 from ${realmMoves} where ${atStep(read)})`,
            ),
          ),
        this.#db
          .update(realmMoves)
          .set({ ...next, step: read.step + 1 })
          .where(
            and(
              atStep(read),
              sql`exists (select 1 from ${realms} where ${realms.id} = ${read.realmId} and ${realms.shard} = ${read.toShard} and ${realms.deletedAt} is null)`,
            ),
          )
          .returning({ step: realmMoves.step }),
      ]),
    );
    return written.length === 1;
  }

  /** Where the directory says that the realm lies; null when it is gone, or being erased. */
  async homeOf(realmId: string): Promise<string | null> {
    const [row] = await guardedRead("realmMoves.homeOf", async () => this.#home(realmId));
    return row?.shard ?? null;
  }

  #home(realmId: string) {
    return this.#db
      .select({ shard: realms.shard })
      .from(realms)
      .where(and(eq(realms.id, realmId), isNull(realms.deletedAt)));
  }

  async forget(realmId: string): Promise<void> {
    await guarded("realmMoves.forget", () => this.#db.delete(realmMoves).where(eq(realmMoves.realmId, realmId)).run());
  }
}

/** A step is never come to twice, by a later move of the realm neither. */
const atStep = ({ realmId, step }: RealmMove) => and(eq(realmMoves.realmId, realmId), eq(realmMoves.step, step));
