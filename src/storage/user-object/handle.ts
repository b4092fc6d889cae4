import type { DurableObject } from "cloudflare:workers";
import type { Bindings } from "../../config/env.ts";
import type { Jurisdiction } from "../../config/jurisdictions.ts";
import { StorageUnavailable } from "../../errors/storage-unavailable.ts";
import { fromJson, type JsonOf } from "../../lib/json.ts";
import { guarded } from "../guarded.ts";
import { namespaceWithin } from "./jurisdiction.ts";
import type { Spending } from "./spent.ts";
import type { UserObject } from "./user-object.ts";

type EveryMethod = Omit<UserObject, keyof DurableObject | "alarm">;

type AnsweringInJson = {
  [Name in keyof EveryMethod]: EveryMethod[Name] extends (...asked: never[]) => Promise<JsonOf<unknown>> ? Name : never;
}[keyof EveryMethod];

/** What can be asked of a user's object. Arguments and answers are plain values, so they arrive as they were sent. */
export type UserMethods = Omit<EveryMethod, AnsweringInJson>;

/**
 * The same of what is often asked for and holds a profile: it comes as JSON, which is a third cheaper than to have the platform copy as many
 * members. Kept apart, for who takes such a text for the answer takes even `null` for somebody.
 */
export type UserReadings = Pick<EveryMethod, AnsweringInJson>;

/** Objects that count tries on names nobody has, so that they look and last like tries on real accounts. Few, so nothing grows. */
const strangersPerRealm = 16;

/** A busy client's proofs are spent in several objects: one takes some hundreds of requests a second. */
const objectsPerClient = 16;

const mostTries = 3;

/** What tells a realm's objects from all others. */
export interface ObjectsOwner {
  readonly id: string;
  readonly jurisdiction: Jurisdiction | null;
}

/**
 * Reaches the objects of one realm's users, clients and main products, within the realm's jurisdiction: nothing else makes a stub. A call that failed on the way is repeated when the platform says that it may be;
 * every method of the object bears repetition.
 */
export class UserObjects {
  readonly #namespace: Bindings["USERS"];
  readonly #jurisdiction: Jurisdiction | null;
  readonly #realmId: string;
  #within: DurableObjectNamespace<UserObject> | null = null;

  constructor(namespace: Bindings["USERS"], { id, jurisdiction }: ObjectsOwner) {
    this.#namespace = namespace;
    this.#jurisdiction = jurisdiction;
    this.#realmId = id;
  }

  /** Looked for when an object is first needed, so that what needs none goes on where there is no such jurisdiction. */
  #stubOf(name: string): DurableObjectStub<UserObject> {
    this.#within ??= namespaceWithin(this.#namespace, this.#jurisdiction) as DurableObjectNamespace<UserObject>;
    return this.#within.getByName(name);
  }

  /** Runs one method of the user's object. `userId` must have been proven: signed, authenticated, or read from D1. */
  call<Value>(userId: number, run: (user: UserMethods) => Promise<Value>): Promise<Value> {
    return this.#call(this.#nameOf(userId), run);
  }

  /** The same for methods that answer in JSON. */
  async read<Value>(userId: number, run: (user: UserReadings) => Promise<JsonOf<Value>>): Promise<Value> {
    return fromJson(await this.#call(this.#nameOf(userId), run));
  }

  /** The object that counts tries on a name that belongs to nobody. `nameHash` is a SHA-256 in base64url. */
  callStranger<Value>(nameHash: string, run: (stranger: UserMethods) => Promise<Value>): Promise<Value> {
    const bucket = bucketOf(nameHash.slice(0, 2), strangersPerRealm);
    return this.#call(`${this.#realmId}:stranger:${bucket}`, run);
  }

  /** Spends something of a client's, once (RFC 7523 §3, RFC 9126 §7.3, RFC 9449 §11.1). The client has authenticated, or is known. */
  spendForClient(clientId: string, spending: Spending): Promise<boolean> {
    return this.#callOneOf("client", clientId, spending.id, (client) => client.spend(spending));
  }

  isSpentForClient(clientId: string, id: string): Promise<boolean> {
    return this.#callOneOf("client", clientId, id, (client) => client.isSpent(id));
  }

  /** The same for a main product. The ids of its things end in a hash, too. */
  spendForSource(source: string, spending: Spending): Promise<boolean> {
    return this.#callOneOf("source", source, spending.id, (object) => object.spend(spending));
  }

  isSpentForSource(source: string, id: string): Promise<boolean> {
    return this.#callOneOf("source", source, id, (object) => object.isSpent(id));
  }

  /** The ids of their things end in a hash: the same thing comes to the same one of its owner's objects. */
  #callOneOf<Value>(
    kind: "client" | "source",
    owner: string,
    id: string,
    run: (object: UserMethods) => Promise<Value>,
  ): Promise<Value> {
    const bucket = bucketOf(id.slice(-2), objectsPerClient);
    return this.#call(`${this.#realmId}:${kind}:${owner}:${bucket}`, run);
  }

  /** The object that counts the calls of an API key. The key is known. */
  callApiKey<Value>(keyId: string, run: (key: UserMethods) => Promise<Value>): Promise<Value> {
    return this.#call(`${this.#realmId}:api-key:${keyId}`, run);
  }

  /** The object that counts the calls of the token vault that a client makes. The client has authenticated. */
  callClientCounter<Value>(clientId: string, run: (counter: UserMethods) => Promise<Value>): Promise<Value> {
    return this.#call(`${this.#realmId}:client-calls:${clientId}`, run);
  }

  /** The object where devices wait whose codes begin with that letter, one of twenty. */
  callDevices<Value>(letter: string, run: (devices: UserMethods) => Promise<Value>): Promise<Value> {
    return this.#call(`${this.#realmId}:devices:${letter}`, run);
  }

  /** Hands a WebSocket upgrade to the user's object, which accepts it for a live session. */
  async connectTab(userId: number, sid: string): Promise<Response> {
    const headers = { upgrade: "websocket" };
    const stub = this.#stubOf(this.#nameOf(userId));
    return guarded("user object tab", () =>
      stub.fetch(`https://object/live?sid=${encodeURIComponent(sid)}`, { headers }),
    );
  }

  #nameOf(userId: number): string {
    return `${this.#realmId}:${userId}`;
  }

  async #call<Value>(name: string, run: (object: EveryMethod) => Promise<Value>): Promise<Value> {
    for (let tried = 1; ; tried++) {
      try {
        return await run(this.#stubOf(name) as unknown as EveryMethod);
      } catch (cause) {
        if (tried === mostTries || !mayRepeat(cause)) throw new StorageUnavailable("user object", cause);
        await new Promise((resolve) => setTimeout(resolve, 2 ** tried * 10 * (1 + Math.random())));
      }
    }
  }
}

const bucketOf = (hash: string, count: number): number => (hash.charCodeAt(0) + hash.charCodeAt(1)) % count;

function mayRepeat(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const flags = error as Error & { retryable?: boolean; overloaded?: boolean };
  return flags.retryable === true && flags.overloaded !== true;
}
