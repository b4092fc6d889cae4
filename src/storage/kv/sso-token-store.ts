import { guarded } from "../guarded.ts";
import { kvKeys, shortestTtlSeconds } from "./keys.ts";

/** A session on its way to another domain of its realm. */
export interface SsoGrant {
  readonly type: "sso-token";
  readonly realmId: string;
  readonly userId: number;
  readonly sid: string;
  /** The only host where it may be redeemed. */
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Says what a one-time token stands for; whether it is still unspent, only the user's object knows. */
export class SsoTokenStore {
  readonly #kv: KVNamespace;
  readonly #realmId: string;

  constructor(kv: KVNamespace, realmId: string) {
    this.#kv = kv;
    this.#realmId = realmId;
  }

  async put(tokenHash: string, grant: SsoGrant, ttlSeconds: number): Promise<void> {
    await guarded("ssoTokens.put", () =>
      this.#kv.put(kvKeys.ssoToken(this.#realmId, tokenHash), JSON.stringify(grant), {
        expirationTtl: Math.max(ttlSeconds, shortestTtlSeconds),
      }),
    );
  }

  async find(tokenHash: string): Promise<SsoGrant | null> {
    const grant = await guarded("ssoTokens.find", () =>
      this.#kv.get<SsoGrant>(kvKeys.ssoToken(this.#realmId, tokenHash), "json"),
    );
    return grant !== null && grant.type === "sso-token" && grant.realmId === this.#realmId ? grant : null;
  }
}
