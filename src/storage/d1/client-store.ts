import { and, asc, eq, gt, isNotNull, isNull, lte, type SQL, sql } from "drizzle-orm";
import { guarded, guardedRead } from "../guarded.ts";
import { type Database, openDatabase } from "./database.ts";
import { apiKeys, clientOrigins, clients, vaultMappings, webhooks } from "./schema/index.ts";

export type ClientRow = typeof clients.$inferSelect;
export type NewClientRow = Omit<typeof clients.$inferInsert, "realmId" | "integrationId">;
export type ClientChanges = Partial<
  Pick<ClientRow, "name" | "type" | "firstParty" | "secretHash" | "sealedSecret" | "metadata" | "disabledAt">
>;

/** One realm's clients. */
export class ClientStore {
  readonly #db: Database;
  readonly #directory: Database;
  readonly #realmId: string;

  constructor(shard: D1Database, directory: D1Database, realmId: string) {
    this.#db = openDatabase(shard);
    this.#directory = openDatabase(directory);
    this.#realmId = realmId;
  }

  findByClientId(clientId: string): Promise<ClientRow | null> {
    return this.#findOne(eq(clients.clientId, clientId));
  }

  findByIntegrationId(integrationId: number): Promise<ClientRow | null> {
    return this.#findOne(eq(clients.integrationId, integrationId));
  }

  async #findOne(condition: SQL): Promise<ClientRow | null> {
    const [row] = await guardedRead("clients.find", () =>
      this.#db
        .select()
        .from(clients)
        .where(and(eq(clients.realmId, this.#realmId), condition))
        .limit(1),
    );
    return row ?? null;
  }

  /** Integration ids are unique in the deployment, so that a realm can move: the directory's sequence gives those of other shards, too. */
  async #numbered(row: NewClientRow): Promise<NewClientRow & { integrationId?: number }> {
    if (this.#db === this.#directory) return row;
    // Of no realm: the directory may still refuse changes of rows that this one has left there.
    const blank = { ...row, realmId: "", secretHash: null, sealedSecret: null, metadata: {} };
    const [[taken]] = await guarded("clients.number", () =>
      this.#directory.batch([
        this.#directory.insert(clients).values(blank).returning({ integrationId: clients.integrationId }),
        this.#directory.delete(clients).where(eq(clients.clientId, row.clientId)),
      ]),
    );
    return { ...row, ...taken };
  }

  /** `origins`: from where browsers may call for this client. */
  async insert(row: NewClientRow, origins: readonly string[]): Promise<ClientRow> {
    const numbered = await this.#numbered(row);
    const [[inserted]] = await guarded("clients.insert", () =>
      this.#db.batch([
        this.#db
          .insert(clients)
          .values({ ...numbered, realmId: this.#realmId })
          .returning(),
        ...origins.map((origin) => this.#addOrigin(row.clientId, origin)),
      ]),
    );
    if (inserted === undefined) throw new Error("an inserted client was not returned");
    return inserted;
  }

  /** The same unless the realm would then have more than `most` clients that registered themselves: null, and nothing was written. */
  async insertWithin(most: number, row: NewClientRow, origins: readonly string[]): Promise<ClientRow | null> {
    const { clientId } = row;
    const numbered = await this.#numbered(row);
    const ofRealm = this.#db
      .select({ held: sql<number>`count(*)` })
      .from(clients)
      .where(and(eq(clients.realmId, this.#realmId), isNotNull(clients.registrationTokenHash)));
    const [[inserted], deleted] = await guarded("clients.insertWithin", () =>
      this.#db.batch([
        this.#db
          .insert(clients)
          .values({ ...numbered, realmId: this.#realmId })
          .returning(),
        this.#db
          .delete(clients)
          .where(and(eq(clients.clientId, clientId), gt(sql`(${ofRealm})`, most)))
          .returning({ id: clients.integrationId }),
        ...origins.map((origin) =>
          this.#db.insert(clientOrigins).select(sql`select ${this.#realmId}, ${origin}, ${clientId} where exists
              (select 1 from ${clients} where ${eq(clients.clientId, clientId)})`),
        ),
      ]),
    );
    return deleted.length > 0 ? null : (inserted ?? null);
  }

  #addOrigin(clientId: string, origin: string) {
    return this.#db.insert(clientOrigins).values({ realmId: this.#realmId, clientId, origin }).onConflictDoNothing();
  }

  /** The client as it is after the change, or null when it changed in between; then its origins stay as they are, too. */
  async update(
    client: Pick<ClientRow, "integrationId" | "clientId" | "version">,
    changes: ClientChanges,
    origins: readonly string[],
    now: number,
  ): Promise<ClientRow | null> {
    const { integrationId, clientId, version } = client;
    const unchanged = and(
      eq(clients.realmId, this.#realmId),
      eq(clients.integrationId, integrationId),
      eq(clients.version, version),
    );
    const current = sql`exists (select 1 from ${clients} where ${unchanged})`;
    const answers = await guarded("clients.update", () =>
      this.#db.batch([
        this.#db
          .delete(clientOrigins)
          .where(and(eq(clientOrigins.realmId, this.#realmId), eq(clientOrigins.clientId, clientId), current)),
        ...origins.map((origin) =>
          this.#db
            .insert(clientOrigins)
            .select(sql`select ${this.#realmId}, ${origin}, ${clientId} where ${current}`)
            .onConflictDoNothing(),
        ),
        this.#db
          .update(clients)
          .set({ ...changes, version: version + 1, updatedAt: now })
          .where(unchanged)
          .returning(),
      ] as unknown as Parameters<Database["batch"]>[0]),
    );
    const [row] = answers.at(-1) as unknown as ClientRow[];
    return row ?? null;
  }

  async delete(client: Pick<ClientRow, "integrationId" | "clientId">): Promise<boolean> {
    return this.#delete(client, undefined);
  }

  /** The same if it has never got a token, and has not changed since then. */
  deleteUnused(client: Pick<ClientRow, "integrationId" | "clientId">, quietSince: number): Promise<boolean> {
    return this.#delete(client, and(isNull(clients.usedAt), lte(clients.updatedAt, quietSince)));
  }

  /** Its first token. Says nothing about later ones. */
  async noteUsed(integrationId: number, now: number): Promise<void> {
    const thatClient = and(eq(clients.realmId, this.#realmId), eq(clients.integrationId, integrationId));
    await guarded("clients.noteUsed", () =>
      this.#db
        .update(clients)
        .set({ usedAt: now })
        .where(and(thatClient, isNull(clients.usedAt)))
        .run(),
    );
  }

  async #delete(client: Pick<ClientRow, "integrationId" | "clientId">, condition: SQL | undefined): Promise<boolean> {
    const { clientId, integrationId } = client;
    const thatClient = and(eq(clients.realmId, this.#realmId), eq(clients.integrationId, integrationId));
    const gone = sql`not exists (select 1 from ${clients} where ${thatClient})`;
    const ofClient = (table: typeof apiKeys | typeof webhooks) =>
      and(eq(table.realmId, this.#realmId), eq(table.ownerType, "client"), eq(table.owner, clientId), gone);
    const [deleted] = await guarded("clients.delete", () =>
      this.#db.batch([
        this.#db.delete(clients).where(and(thatClient, condition)).returning({ id: clients.integrationId }),
        this.#db
          .delete(clientOrigins)
          .where(and(eq(clientOrigins.realmId, this.#realmId), eq(clientOrigins.clientId, clientId), gone)),
        this.#db.delete(apiKeys).where(ofClient(apiKeys)),
        this.#db.delete(webhooks).where(ofClient(webhooks)),
        this.#db
          .delete(vaultMappings)
          .where(and(eq(vaultMappings.realmId, this.#realmId), eq(vaultMappings.clientId, clientId), gone)),
      ]),
    );
    return deleted.length === 1;
  }

  async hasOrigin(origin: string): Promise<boolean> {
    const [row] = await guarded("clients.hasOrigin", () =>
      this.#db
        .select({ origin: clientOrigins.origin })
        .from(clientOrigins)
        .where(and(eq(clientOrigins.realmId, this.#realmId), eq(clientOrigins.origin, origin)))
        .limit(1),
    );
    return row !== undefined;
  }

  list(after: number, pageSize: number): Promise<ClientRow[]> {
    return guarded("clients.list", () =>
      this.#db
        .select()
        .from(clients)
        .where(and(eq(clients.realmId, this.#realmId), gt(clients.integrationId, after)))
        .orderBy(asc(clients.integrationId))
        .limit(pageSize),
    );
  }
}
