import { limits } from "../../config/limits.ts";
import { ReadCache } from "../../lib/read-cache.ts";
import type { Clock } from "../../lib/time.ts";
import { ClientStore } from "../../storage/d1/client-store.ts";
import { type Client, clientOf } from "./client.ts";
import { isDocumentAddress } from "./document-address.ts";

const cache = new ReadCache<Client>(limits.cachedClients, limits.realmCacheAgeMs);
const origins = new ReadCache<boolean>(limits.cachedClients, limits.realmCacheAgeMs);

type ReadDocument = (address: string) => Promise<Client | null>;

/** Finds one realm's clients. What the isolate knows is used for at most `limits.realmCacheAgeMs`. */
export class ClientDirectory {
  readonly store: ClientStore;
  readonly #realmId: string;
  readonly #clock: Clock;
  readonly #shard: D1Database;
  readonly #directory: D1Database;
  readonly #readDocument: ReadDocument | null;

  constructor(
    shard: D1Database,
    directory: D1Database,
    realmId: string,
    clock: Clock,
    readDocument: ReadDocument | null = null,
  ) {
    this.store = new ClientStore(shard, directory, realmId);
    this.#realmId = realmId;
    this.#clock = clock;
    this.#shard = shard;
    this.#directory = directory;
    this.#readDocument = readDocument;
  }

  /** The same directory, which finds clients by their documents too. */
  withDocuments(readDocument: ReadDocument): ClientDirectory {
    return new ClientDirectory(this.#shard, this.#directory, this.#realmId, this.#clock, readDocument);
  }

  /** The client that a request comes from, or is made for: registered, or known by the document that `reference` is the address of. */
  findOrRead(reference: string): Client | null | Promise<Client | null> {
    if (!isDocumentAddress(reference)) return this.find(reference);
    return this.#readDocument === null ? null : this.#readDocument(reference);
  }

  /** By `client_id` or by integration id; both are accepted wherever a client is named. */
  find(reference: string): Client | Promise<Client | null> {
    const key = `${this.#realmId}|${reference}`;
    return cache.known(key, this.#clock.now()) ?? cache.read(key, this.#clock, () => this.findStored(reference));
  }

  /** Straight from the database; for operators. */
  async findStored(reference: string): Promise<Client | null> {
    const row = await this.#findRow(reference);
    return row === null ? null : clientOf(row);
  }

  /** Whether some client's registered addresses are of that origin. Where anybody may be a client, any origin may be one's. */
  async hasOrigin(origin: string): Promise<boolean> {
    if (this.#readDocument !== null) return true;
    const key = `${this.#realmId}|${origin}`;
    return origins.known(key, this.#clock.now()) ?? origins.read(key, this.#clock, () => this.store.hasOrigin(origin));
  }

  async #findRow(reference: string) {
    if (/^[0-9]{1,15}$/.test(reference)) return this.store.findByIntegrationId(Number(reference));
    return /^[A-Za-z0-9_-]{8,64}$/.test(reference) ? this.store.findByClientId(reference) : null;
  }

  /** After a change, this isolate forgets at once; the others within `limits.realmCacheAgeMs`. */
  forget(client: Pick<Client, "clientId" | "integrationId">): void {
    origins.clear();
    cache.delete(`${this.#realmId}|${client.clientId}`);
    cache.delete(`${this.#realmId}|${client.integrationId}`);
  }
}
