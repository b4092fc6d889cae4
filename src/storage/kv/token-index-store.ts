import { guarded } from "../guarded.ts";
import { kvKeys, shortestTtlSeconds } from "./keys.ts";

/** Whose a token is. Whether it is worth anything, the user's object knows. */
export type IndexedToken =
  | { readonly kind: "session"; readonly userId: number; readonly sid: string }
  | {
      readonly kind: "access";
      readonly userId: number;
      readonly sid: string;
      readonly grantId: string;
      readonly tokenId: string;
      readonly clientId: string;
    };

/** `expiresAt`: milliseconds since the epoch, the token's own end. */
type Entry = IndexedToken & { readonly type: "token-index"; readonly realmId: string; readonly expiresAt: number };

/** Tokens by their hash, for servers that know no more of one. */
export class TokenIndexStore {
  readonly #kv: KVNamespace;
  readonly #realmId: string;

  constructor(kv: KVNamespace, realmId: string) {
    this.#kv = kv;
    this.#realmId = realmId;
  }

  /** `tokenHash`: SHA-256 in base64url. */
  async put(tokenHash: string, token: IndexedToken, expiresAt: number, now: number): Promise<void> {
    const entry: Entry = { type: "token-index", realmId: this.#realmId, expiresAt, ...token };
    const expirationTtl = Math.max(Math.ceil((expiresAt - now) / 1000), shortestTtlSeconds);
    await guarded("tokenIndex.put", () =>
      this.#kv.put(kvKeys.tokenIndex(this.#realmId, tokenHash), JSON.stringify(entry), { expirationTtl }),
    );
  }

  async find(tokenHash: string, now: number): Promise<IndexedToken | null> {
    const entry = await guarded("tokenIndex.find", () =>
      this.#kv.get<Entry>(kvKeys.tokenIndex(this.#realmId, tokenHash), "json"),
    );
    const isGood = entry?.type === "token-index" && entry.realmId === this.#realmId && entry.expiresAt > now;
    return isGood ? entry : null;
  }
}
