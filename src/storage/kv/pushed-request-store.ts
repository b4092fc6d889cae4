import { guarded } from "../guarded.ts";
import { kvKeys, shortestTtlSeconds } from "./keys.ts";

/** An authorization request that its client has pushed. */
export interface PushedRequest {
  readonly type: "pushed-request";
  readonly realmId: string;
  readonly clientId: string;
  /** Name and value, as they came; credentials left out. */
  readonly parameters: readonly (readonly [string, string])[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Says what a request_uri stands for; whether it has been used, only the client's object knows. */
export class PushedRequestStore {
  readonly #kv: KVNamespace;
  readonly #realmId: string;

  constructor(kv: KVNamespace, realmId: string) {
    this.#kv = kv;
    this.#realmId = realmId;
  }

  async put(handleHash: string, request: PushedRequest, ttlSeconds: number): Promise<void> {
    await guarded("pushedRequests.put", () =>
      this.#kv.put(kvKeys.pushedRequest(this.#realmId, handleHash), JSON.stringify(request), {
        expirationTtl: Math.max(ttlSeconds, shortestTtlSeconds),
      }),
    );
  }

  async find(handleHash: string): Promise<PushedRequest | null> {
    const request = await guarded("pushedRequests.find", () =>
      this.#kv.get<PushedRequest>(kvKeys.pushedRequest(this.#realmId, handleHash), "json"),
    );
    return request !== null && request.type === "pushed-request" && request.realmId === this.#realmId ? request : null;
  }
}
