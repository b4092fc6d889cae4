import { and, asc, desc, eq, gt, gte, inArray, lt, sql } from "drizzle-orm";
import { type AuditEvent, firstAuditIdOf } from "../audit-events.ts";
import { guarded, guardedWrite } from "../guarded.ts";
import type { Count } from "./daily-count-store.ts";
import { type Database, openDatabase } from "./database.ts";
import { auditAnchors, auditEvents, auditPending, dailyCounts } from "./schema/index.ts";

export type AuditRow = typeof auditEvents.$inferSelect;

/** A place in the chain: the entry's number and its hash. 0 and "" before the first. */
export interface ChainLink {
  readonly seq: number;
  readonly hash: string;
}

/** An entry that is ready to be appended. */
export interface NewLink extends ChainLink {
  readonly event: AuditEvent;
  readonly body: string;
}

export interface AuditFilter {
  readonly types?: readonly string[] | undefined;
  readonly actor?: string | undefined;
  readonly user?: string | undefined;
  readonly client?: string | undefined;
  /** Milliseconds since the epoch; `to` is the first moment that is left out. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** One realm's chain of audit events, or the deployment's own. */
export class AuditStore {
  readonly #db: Database;
  readonly #realmId: string;

  constructor(binding: D1Database, realmId: string) {
    this.#db = openDatabase(binding);
    this.#realmId = realmId;
  }

  /** Where the chain ends, and which of these events are in it already. One round trip. */
  async head(ids: readonly string[]): Promise<{ head: ChainLink; known: ReadonlySet<string> }> {
    const [heads, anchors, known] = await guarded("audit.head", () =>
      this.#db.batch([
        this.#newest(),
        this.#anchor(),
        this.#db
          .select({ id: auditEvents.id })
          .from(auditEvents)
          .where(
            and(
              eq(auditEvents.realmId, this.#realmId),
              sql`${auditEvents.id} in (select value from json_each(${JSON.stringify(ids)}))`,
            ),
          ),
      ]),
    );
    return { head: heads[0] ?? anchors[0] ?? noLink, known: new Set(known.map(({ id }) => id)) };
  }

  /** Where what is kept of the chain begins and ends. */
  async bounds(): Promise<{ anchor: ChainLink; head: ChainLink }> {
    const [heads, anchors] = await guarded("audit.bounds", () => this.#db.batch([this.#newest(), this.#anchor()]));
    const anchor = anchors[0] ?? noLink;
    return { anchor, head: heads[0] ?? anchor };
  }

  #newest() {
    return this.#db
      .select({ seq: auditEvents.seq, hash: auditEvents.hash })
      .from(auditEvents)
      .where(eq(auditEvents.realmId, this.#realmId))
      .orderBy(desc(auditEvents.seq))
      .limit(1);
  }

  #anchor() {
    return this.#db
      .select({ seq: auditAnchors.seq, hash: auditAnchors.hash })
      .from(auditAnchors)
      .where(eq(auditAnchors.realmId, this.#realmId));
  }

  /**
   * Appends, counts, and forgets what was pending: all of it or nothing. False when somebody else has appended since the head was read.
   */
  async append(links: readonly NewLink[], counts: readonly Count[]): Promise<boolean> {
    const rows = JSON.stringify(
      links.map(({ seq, hash, body, event }) => ({
        seq,
        hash,
        body,
        id: event.id,
        at: Date.parse(event.time),
        type: event.type,
        kind: event.actor.kind,
        actor: event.actor.id ?? null,
        user: event.user ?? null,
        client: event.client ?? null,
      })),
    );
    const ids = links.map(({ event }) => event.id);
    const written = await guardedWrite("audit.append", () =>
      this.#db.batch([
        this.#db.insert(auditEvents).select(
          sql`select ${this.#realmId}, value->>'seq', value->>'id', value->>'at', value->>'type', value->>'kind', value->>'actor',
            value->>'user', value->>'client', value->>'body', value->>'hash' from json_each(${rows})`,
        ),
        this.#db
          .insert(dailyCounts)
          .select(
            sql`select ${this.#realmId}, value->>'day', value->>'metric', value->>'label', value->>'count' from json_each(${JSON.stringify(counts)}) where true`,
          )
          .onConflictDoUpdate({
            target: [dailyCounts.realmId, dailyCounts.day, dailyCounts.metric, dailyCounts.label],
            set: { count: sql`${dailyCounts.count} + excluded.count` },
          }),
        this.#db
          .delete(auditPending)
          .where(sql`${auditPending.id} in (select value from json_each(${JSON.stringify(ids)}))`),
      ]),
    );
    return written.ok;
  }

  /** A page, the newest first; `before` is the number of the last entry of the page before, 0 at the beginning. */
  list(filter: AuditFilter, before: number, limit: number): Promise<AuditRow[]> {
    return guarded("audit.list", () =>
      this.#db
        .select()
        .from(auditEvents)
        .where(and(...this.#matching(filter), before === 0 ? undefined : lt(auditEvents.seq, before)))
        .orderBy(desc(auditEvents.seq))
        .limit(limit),
    );
  }

  /** A page, the oldest first, from behind the entry of that number up to the last one wanted. */
  listFrom(filter: AuditFilter, after: number, last: number, limit: number): Promise<AuditRow[]> {
    return guarded("audit.listFrom", () =>
      this.#db
        .select()
        .from(auditEvents)
        .where(and(...this.#matching(filter), gt(auditEvents.seq, after), sql`${auditEvents.seq} <= ${last}`))
        .orderBy(asc(auditEvents.seq))
        .limit(limit),
    );
  }

  #matching({ types, actor, user, client, from, to }: AuditFilter) {
    return [
      eq(auditEvents.realmId, this.#realmId),
      types === undefined ? undefined : inArray(auditEvents.type, [...types]),
      actor === undefined ? undefined : eq(auditEvents.actorId, actor),
      user === undefined ? undefined : eq(auditEvents.userId, user),
      client === undefined ? undefined : eq(auditEvents.clientId, client),
      from === undefined ? undefined : gte(auditEvents.id, firstAuditIdOf(from)),
      to === undefined ? undefined : lt(auditEvents.id, firstAuditIdOf(to)),
    ];
  }

  /** Before a change begins: should nobody be left to say how it ended, this is what is known. Noted again, it says what is known by then. */
  async begin(event: AuditEvent, now: number): Promise<void> {
    const row = { id: event.id, realmId: this.#realmId, body: JSON.stringify(event), notedAt: now };
    const { body } = row;
    await guarded("audit.begin", () =>
      this.#db.insert(auditPending).values(row).onConflictDoUpdate({ target: auditPending.id, set: { body } }).run(),
    );
  }

  /** Cuts off up to `most` entries that are older, and keeps the hash of the last of them. Answers how many. */
  async prune(olderThan: number, most: number): Promise<number> {
    const last = sql`(select max(seq) from (select seq from ${auditEvents} where realm_id = ${this.#realmId} and at < ${olderThan} order by seq limit ${most}))`;
    const [, deleted] = await guarded("audit.prune", () =>
      this.#db.batch([
        this.#db
          .insert(auditAnchors)
          .select(
            sql`select realm_id, seq, hash from ${auditEvents} where realm_id = ${this.#realmId} and seq = ${last}`,
          )
          .onConflictDoUpdate({
            target: auditAnchors.realmId,
            set: { seq: sql`excluded.seq`, hash: sql`excluded.hash` },
          }),
        this.#db
          .delete(auditEvents)
          .where(
            and(
              eq(auditEvents.realmId, this.#realmId),
              sql`${auditEvents.seq} <= (select seq from ${auditAnchors} where realm_id = ${this.#realmId})`,
            ),
          )
          .returning({ seq: auditEvents.seq }),
      ]),
    );
    return deleted.length;
  }
}

const noLink: ChainLink = { seq: 0, hash: "" };
