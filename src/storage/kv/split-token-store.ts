import { guarded } from "../guarded.ts";
import { kvKeys, shortestTtlSeconds } from "./keys.ts";

/** `input`: header and payload of a JWT (RFC 7515 §5.1), which lacks its signature: that is what the token's holder has. */
interface Entry {
  readonly type: "split-token";
  readonly realmId: string;
  readonly input: string;
}

/** The halves of split tokens that stay here. Says what a token would be; whether it is worth anything, its signature and the user's object say. */
export class SplitTokenStore {
  readonly #kv: KVNamespace;
  readonly #realmId: string;

  constructor(kv: KVNamespace, realmId: string) {
    this.#kv = kv;
    this.#realmId = realmId;
  }

  /** `signatureHash`: SHA-256 in base64url. */
  async put(signatureHash: string, input: string, ttlSeconds: number): Promise<void> {
    const entry: Entry = { type: "split-token", realmId: this.#realmId, input };
    const expirationTtl = Math.max(ttlSeconds, shortestTtlSeconds);
    await guarded("splitTokens.put", () =>
      this.#kv.put(kvKeys.splitToken(this.#realmId, signatureHash), JSON.stringify(entry), { expirationTtl }),
    );
  }

  /** Null when there is none. */
  async find(signatureHash: string): Promise<string | null> {
    const entry = await guarded("splitTokens.find", () =>
      this.#kv.get<Entry>(kvKeys.splitToken(this.#realmId, signatureHash), "json"),
    );
    return entry?.type === "split-token" && entry.realmId === this.#realmId ? entry.input : null;
  }
}
