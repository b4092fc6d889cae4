import { guarded } from "../guarded.ts";
import { kvKeys, shortestTtlSeconds } from "./keys.ts";

/** What the user and the client agreed on, waiting behind a code. */
export interface CodeGrant {
  readonly type: "authorization-code";
  readonly realmId: string;
  readonly clientId: string;
  readonly userId: number;
  readonly sessionId: string;
  readonly scopes: readonly string[];
  /** As it stood in the authorization request. */
  readonly redirectUri: string;
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
  /** Thumbprint of the key that the code is bound to (RFC 9449 §10). */
  readonly jkt: string | null;
  /** Resource servers that were asked for (RFC 8707 §2.1). */
  readonly resources: readonly string[];
  /** The `claims` parameter, as JSON (OIDC Core §5.5). */
  readonly claims: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Grants behind authorization codes. It answers what a code stands for; whether it is still unspent, only the user's object knows. */
export class AuthorizationCodeStore {
  readonly #kv: KVNamespace;
  readonly #realmId: string;

  constructor(kv: KVNamespace, realmId: string) {
    this.#kv = kv;
    this.#realmId = realmId;
  }

  async put(codeHash: string, grant: CodeGrant, ttlSeconds: number): Promise<void> {
    await guarded("authorizationCodes.put", () =>
      this.#kv.put(kvKeys.authorizationCode(this.#realmId, codeHash), JSON.stringify(grant), {
        expirationTtl: Math.max(ttlSeconds, shortestTtlSeconds),
      }),
    );
  }

  async find(codeHash: string): Promise<CodeGrant | null> {
    const grant = await guarded("authorizationCodes.find", () =>
      this.#kv.get<CodeGrant>(kvKeys.authorizationCode(this.#realmId, codeHash), "json"),
    );
    return grant !== null && grant.type === "authorization-code" && grant.realmId === this.#realmId ? grant : null;
  }
}
