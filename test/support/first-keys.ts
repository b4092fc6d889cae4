import { inject } from "vitest";
import type { KeyRing } from "../../src/crypto/key-ring.ts";
import { signingKeyContext, signingKeyPurpose } from "../../src/domain/keys/realm-keys.ts";
import { makeSigningKey, realmAlgorithms } from "../../src/domain/keys/rotation.ts";
import { utf8 } from "../../src/lib/base64url.ts";
import type { SigningKeyRow } from "../../src/storage/d1/signing-key-store.ts";

declare module "vitest" {
  interface ProvidedContext {
    rsaKeys: string[];
  }
}

const pool = inject("rsaKeys");
let used = 0;

/**
 * The keys that a new realm begins with, as domain/keys/rotation.ts makes them. RSA keys come ready made, because making one takes
 * longer than most tests: the pool goes round, so a key comes back, under another `kid`, only after as many realms as half of it is long.
 */
export async function firstKeys(realmId: string, ring: KeyRing, now: number): Promise<SigningKeyRow[]> {
  const wanted = realmAlgorithms.flatMap((algorithm) => [[algorithm, "active"] as const, [algorithm, "next"] as const]);
  return Promise.all(
    wanted.map(([algorithm, status]) =>
      algorithm === "RS256"
        ? readyMade(realmId, status, ring, now)
        : makeSigningKey(realmId, algorithm, status, ring, now),
    ),
  );
}

async function readyMade(realmId: string, status: "active" | "next", ring: KeyRing, now: number) {
  const round = Math.floor(used / pool.length);
  const { kid: thumbprint, ...privateJwk } = JSON.parse(pool[used++ % pool.length] ?? "") as Record<string, string> & {
    kid: string;
    n: string;
    e: string;
  };
  const kid = round === 0 ? thumbprint : `${thumbprint}-${round}`;
  const { n, e } = privateJwk;
  return {
    kid,
    realmId,
    algorithm: "RS256" as const,
    status,
    publicJwk: { kty: "RSA", n, e, kid, alg: "RS256", use: "sig" },
    sealedPrivateJwk: await ring.seal(
      signingKeyPurpose,
      signingKeyContext(realmId, kid),
      utf8(JSON.stringify(privateJwk)),
    ),
    createdAt: now,
    activatedAt: status === "active" ? now : null,
    retiredAt: null,
    expiresAt: null,
  };
}
