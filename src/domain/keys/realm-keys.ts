import {
  importKey,
  type PublicJwk,
  type SigningAlgorithm,
  type SigningKey,
  signingAlgorithms,
  type VerificationKey,
} from "../../crypto/jwt.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { Failure } from "../../errors/errors.ts";
import { fromUtf8 } from "../../lib/base64url.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import type { SigningKeyRow } from "../../storage/d1/signing-key-store.ts";

export const signingKeyPurpose = "signing-key";

/** What a sealed private key is bound to. */
export const signingKeyContext = (realmId: string, kid: string): string => `${realmId}|${kid}`;

const importedKeys = new BoundedCache<CryptoKey>(4_000, Number.POSITIVE_INFINITY);

/** One realm's signing keys as they stood when the realm was read. Imported keys are kept in the isolate, by kid. */
export class RealmKeys {
  readonly #realmId: string;
  readonly #rows: readonly SigningKeyRow[];
  readonly #ring: KeyRing;
  readonly #signers = new Map<SigningAlgorithm, SigningKey>();

  constructor(realmId: string, rows: readonly SigningKeyRow[], ring: KeyRing) {
    this.#realmId = realmId;
    this.#rows = rows;
    this.#ring = ring;
  }

  get rows(): readonly SigningKeyRow[] {
    return this.#rows;
  }

  /** Algorithms that this realm can sign with now. */
  get algorithms(): SigningAlgorithm[] {
    return signingAlgorithms.filter((algorithm) =>
      this.#rows.some((row) => row.algorithm === algorithm && row.status === "active"),
    );
  }

  /** Public keys that verify: next, active, and retired ones until they expire (RFC 7517 §5). */
  published(now: number): PublicJwk[] {
    return this.#rows.filter((row) => isPublished(row, now)).map((row) => row.publicJwk);
  }

  /** Until when those are the same: milliseconds since the epoch, when the next of them expires. */
  publishedUntil(now: number): number {
    const ends = this.#rows.filter((row) => row.status === "retired" && isPublished(row, now));
    return Math.min(...ends.map(({ expiresAt }) => expiresAt ?? now));
  }

  /** The active key of an algorithm, at once where it is at hand. Throws when it cannot be had: nothing is ever left unsigned. */
  signer(algorithm: SigningAlgorithm): SigningKey | Promise<SigningKey> {
    return this.#signers.get(algorithm) ?? this.#openSigner(algorithm);
  }

  async #openSigner(algorithm: SigningAlgorithm): Promise<SigningKey> {
    const row = this.#rows.findLast((candidate) => candidate.algorithm === algorithm && candidate.status === "active");
    if (row === undefined) throw new Failure("signing-key-unavailable");
    const key = await this.#imported(`private:${row.kid}`, () => this.#unseal(row, algorithm));
    const signer = { kid: row.kid, algorithm, key };
    this.#signers.set(algorithm, signer);
    return signer;
  }

  /** The key of that name if this realm publishes it. An arrow, so that it can be handed to verifyJwt. */
  readonly findVerifier = async (kid: string): Promise<VerificationKey | null> => {
    const row = this.#rows.find((candidate) => candidate.kid === kid);
    const algorithm = signingAlgorithms.find((name) => name === row?.algorithm);
    if (row === undefined || algorithm === undefined || !isPublished(row, Date.now())) return null;
    return { kid, algorithm, key: await this.#imported(`public:${kid}`, () => importKey(row.publicJwk, algorithm)) };
  };

  async #imported(name: string, load: () => Promise<CryptoKey>): Promise<CryptoKey> {
    const cacheName = `${this.#realmId}:${name}`;
    return importedKeys.get(cacheName, 0) ?? importedKeys.set(cacheName, await load(), 0);
  }

  async #unseal(row: SigningKeyRow, algorithm: SigningAlgorithm): Promise<CryptoKey> {
    const opened = await this.#ring.open(
      signingKeyPurpose,
      signingKeyContext(this.#realmId, row.kid),
      row.sealedPrivateJwk,
    );
    const jwk = opened === null ? null : fromUtf8(opened);
    if (jwk === null) throw new Failure("signing-key-unavailable");
    return importKey(jwk, algorithm);
  }
}

const isPublished = (row: SigningKeyRow, now: number): boolean =>
  row.status !== "retired" || (row.expiresAt ?? 0) > now;
