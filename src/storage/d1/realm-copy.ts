import { limits } from "../../config/limits.ts";
import { guarded, guardedRead } from "../guarded.ts";
import type { RealmTable } from "./realm-tables.ts";

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;
/** What stands in a row's key columns. */
export type RowKey = readonly Value[];

/** The rows of one table on both sides, as far as one look goes. */
interface Stretch {
  readonly source: readonly Row[];
  readonly target: readonly Row[];
  /** Its last key; null when the table ends in it. */
  readonly last: RowKey | null;
}

/** Of a table that only grows: how many rows, the first and the last number, and all that stands in the last. */
interface Ends {
  readonly count: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly row: string | null;
}

const mostBytesAtOnce = 400_000;

/** One realm's rows on two shards. */
export class RealmCopy {
  readonly #from: D1Database;
  readonly #to: D1Database;
  readonly #realmId: string;

  constructor(from: D1Database, to: D1Database, realmId: string) {
    this.#from = from;
    this.#to = to;
    this.#realmId = realmId;
  }

  /** Makes the target like the source from behind a key on, for one page. Answers how many rows that took, and where it ended. */
  async reconcile(table: RealmTable, after: RowKey | null): Promise<{ written: number; last: RowKey | null }> {
    const { source, target, last } = await this.#stretch(table, after);
    if (JSON.stringify(source) === JSON.stringify(target)) return { written: 0, last };
    const here = new Set(source.map((row) => JSON.stringify(row)));
    const there = new Set(target.map((row) => JSON.stringify(row)));
    const wrong = target.filter((row) => !here.has(JSON.stringify(row)));
    const missing = source.filter((row) => !there.has(JSON.stringify(row)));
    await guarded("realmCopy.write", async () =>
      this.#to.batch([...this.#deletions(table, wrong), ...this.#insertions(table, missing)]),
    );
    return { written: new Set([...wrong, ...missing].map((row) => keyText(table, row))).size, last };
  }

  /** A page of both sides, and whether they are the same in every column. `content` is what was read, to be hashed. */
  async compare(
    table: RealmTable,
    after: RowKey | null,
  ): Promise<{ same: boolean; rows: number; content: string; last: RowKey | null }> {
    const { source, target, last } = await this.#stretch(table, after);
    const content = JSON.stringify(source);
    return { same: content === JSON.stringify(target), rows: source.length, content, last };
  }

  /**
   * Of a table that only grows, takes from the target what the source has cut off meanwhile. Answers behind which row anything may be new: what
   * was copied last was not looked at again, and is.
   */
  async trim({ name, key }: RealmTable): Promise<RowKey | null> {
    const [number = ""] = key;
    const first = await guardedRead("realmCopy.first", async () =>
      this.#from
        .prepare(`select min(${number}) as first from ${name} where realm_id = ?`)
        .bind(this.#realmId)
        .first<number>("first"),
    );
    if (first === null) return null;
    await guarded("realmCopy.trim", async () =>
      this.#to.prepare(`delete from ${name} where realm_id = ? and ${number} < ?`).bind(this.#realmId, first).run(),
    );
    const last = await guardedRead("realmCopy.last", async () =>
      this.#to
        .prepare(`select max(${number}) as last from ${name} where realm_id = ?`)
        .bind(this.#realmId)
        .first<number>("last"),
    );
    return last === null ? null : [last - limits.realmMoveRows];
  }

  /** Where a table that only grows begins and ends on each side. */
  async ends(table: RealmTable): Promise<{ source: Ends; target: Ends }> {
    const [source, target] = await Promise.all([this.#endsOn(this.#from, table), this.#endsOn(this.#to, table)]);
    return { source, target };
  }

  async #endsOn(shard: D1Database, { name, key, columns }: RealmTable): Promise<Ends> {
    const [number = ""] = key;
    const query = `select count(*) as count, min(${number}) as first, max(${number}) as last,
      (select json_array(${columns.join(", ")}) from ${name} where realm_id = ?1 order by ${number} desc limit 1) as row
      from ${name} where realm_id = ?1`;
    const ends = await guardedRead("realmCopy.ends", async () =>
      shard.prepare(query).bind(this.#realmId).first<Ends>(),
    );
    return ends ?? { count: 0, first: null, last: null, row: null };
  }

  /** How many rows each side has of a table. */
  async counts(table: RealmTable): Promise<{ source: number; target: number }> {
    const [source, target] = await Promise.all([this.#from, this.#to].map((shard) => this.#count(shard, table)));
    return { source: source ?? 0, target: target ?? 0 };
  }

  async #count(shard: D1Database, { name }: RealmTable): Promise<number> {
    const query = `select count(*) as count from ${name} where realm_id = ?`;
    const counted = await guardedRead("realmCopy.count", async () =>
      shard.prepare(query).bind(this.#realmId).first<number>("count"),
    );
    return counted ?? 0;
  }

  /** Of equal length on both sides: which key is the greater is left to the databases. */
  async #stretch(table: RealmTable, after: RowKey | null): Promise<Stretch> {
    const most = limits.realmMoveRows;
    const [source, beside] = await Promise.all([
      this.#read(this.#from, table, after, null),
      this.#read(this.#to, table, after, null),
    ]);
    const [end, endBeside] = [source, beside].map((rows) => (rows.length < most ? null : keyOf(table, rows.at(-1))));
    // As nearly always: the same rows, or none there yet.
    if (beside.length === 0 || JSON.stringify(end) === JSON.stringify(endBeside))
      return { source, target: beside, last: end ?? null };
    const target = await this.#read(this.#to, table, after, end ?? null);
    if (target.length < most) return { source, target, last: end ?? null };
    const last = keyOf(table, target.at(-1));
    return { source: await this.#read(this.#from, table, after, last), target, last };
  }

  async #read(shard: D1Database, table: RealmTable, after: RowKey | null, last: RowKey | null): Promise<Row[]> {
    const key = table.key.join(", ");
    const marks = table.key.map(() => "?").join(", ");
    const query = [
      `select ${table.columns.join(", ")} from ${table.name} where realm_id = ?`,
      ...(after === null ? [] : [`and (${key}) > (${marks})`]),
      ...(last === null ? [] : [`and (${key}) <= (${marks})`]),
      ...(key === "" ? [] : [`order by ${key}`]),
      `limit ${limits.realmMoveRows}`,
    ].join(" ");
    const values = [this.#realmId, ...(after ?? []), ...(last ?? [])];
    const { results } = await guardedRead("realmCopy.read", async () =>
      shard
        .prepare(query)
        .bind(...values)
        .all<Row>(),
    );
    return results;
  }

  #deletions(table: RealmTable, rows: readonly Row[]): D1PreparedStatement[] {
    if (rows.length === 0) return [];
    const keys = JSON.stringify(rows.map((row) => keyOf(table, row)));
    const parts = table.key.map((_, at) => `value->>${at}`).join(", ");
    const those =
      table.key.length === 0 ? "" : ` and (${table.key.join(", ")}) in (select ${parts} from json_each(?2))`;
    const query = this.#to.prepare(`delete from ${table.name} where realm_id = ?1${those}`);
    return [table.key.length === 0 ? query.bind(this.#realmId) : query.bind(this.#realmId, keys)];
  }

  /** A row that stands in the way of another's unique name is an old one, and comes again when it is its turn. */
  #insertions({ name, columns }: RealmTable, rows: readonly Row[]): D1PreparedStatement[] {
    const values = columns.map((_, at) => `value->>${at}`).join(", ");
    const query = `insert or replace into ${name} (${columns.join(", ")}) select ${values} from json_each(?)`;
    return inPortions(rows.map((row) => JSON.stringify(columns.map((column) => row[column])))).map((portion) =>
      this.#to.prepare(query).bind(`[${portion.join(",")}]`),
    );
  }
}

/** Deletes a page of a realm's rows in one database. False when there are none left. */
export async function deleteSomeRows(
  shard: D1Database,
  realmId: string,
  tables: readonly RealmTable[],
): Promise<boolean> {
  const deleted = await guarded("realmCopy.delete", async () =>
    shard.batch(
      tables.map(({ name }) =>
        shard
          .prepare(
            `delete from ${name} where rowid in (select rowid from ${name} where realm_id = ? limit ${limits.realmMoveRows})`,
          )
          .bind(realmId),
      ),
    ),
  );
  return deleted.some(({ meta }) => meta.changes > 0);
}

const keyOf = ({ key }: RealmTable, row: Row | undefined): RowKey => key.map((column) => row?.[column] ?? null);
const keyText = (table: RealmTable, row: Row): string => JSON.stringify(keyOf(table, row));

function inPortions(texts: readonly string[]): string[][] {
  const portions: string[][] = [];
  let bytes = mostBytesAtOnce;
  for (const text of texts) {
    if (bytes + text.length > mostBytesAtOnce) {
      portions.push([]);
      bytes = 0;
    }
    portions.at(-1)?.push(text);
    bytes += text.length;
  }
  return portions;
}
