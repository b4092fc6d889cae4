import { limits } from "../../config/limits.ts";
import { generateSigningKey, type SigningAlgorithm } from "../../crypto/jwt.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { Problem } from "../../errors/errors.ts";
import { utf8 } from "../../lib/base64url.ts";
import type { SigningKeyRow, SigningKeyStore } from "../../storage/d1/signing-key-store.ts";
import { signingKeyContext, signingKeyPurpose } from "./realm-keys.ts";

/** Algorithms that every realm has keys for. */
export const realmAlgorithms = ["ES256", "RS256", "EdDSA"] as const satisfies readonly SigningAlgorithm[];

/** A new key, sealed for this realm. */
export async function makeSigningKey(
  realmId: string,
  algorithm: SigningAlgorithm,
  status: "next" | "active",
  ring: KeyRing,
  now: number,
): Promise<SigningKeyRow> {
  const { kid, publicJwk, privateJwk } = await generateSigningKey(algorithm);
  return {
    kid,
    realmId,
    algorithm,
    status,
    publicJwk,
    sealedPrivateJwk: await ring.seal(signingKeyPurpose, signingKeyContext(realmId, kid), utf8(privateJwk)),
    createdAt: now,
    activatedAt: status === "active" ? now : null,
    retiredAt: null,
    expiresAt: null,
  };
}

/** The keys a new realm begins with. */
export async function firstKeys(realmId: string, ring: KeyRing, now: number): Promise<SigningKeyRow[]> {
  return (await Promise.all(realmAlgorithms.map((algorithm) => keyPair(realmId, algorithm, ring, now)))).flat();
}

/** Of an algorithm one key that signs and one that is published to sign later. */
const keyPair = (realmId: string, algorithm: SigningAlgorithm, ring: KeyRing, now: number): Promise<SigningKeyRow[]> =>
  Promise.all([
    makeSigningKey(realmId, algorithm, "active", ring, now),
    makeSigningKey(realmId, algorithm, "next", ring, now),
  ]);

/**
 * next → active → retired, and a fresh next key. The key that begins to sign has been in the key set all along (OIDC Core §10.1.1);
 * the one that stops stays in it until the last token it signed is over. An algorithm that the realm has no keys of gets its first.
 * Answers the algorithms that were rotated; not those that somebody else was rotating.
 */
export async function rotateKeys(
  store: SigningKeyStore,
  algorithms: readonly SigningAlgorithm[],
  realm: { id: string; keys: readonly SigningKeyRow[]; longestTokenSeconds: number },
  ring: KeyRing,
  now: number,
): Promise<SigningAlgorithm[]> {
  await store.deleteExpired(now);
  const expiresAt = now + (realm.longestTokenSeconds + limits.retiredKeyMarginSeconds) * 1000;
  const rotated: SigningAlgorithm[] = [];
  for (const algorithm of algorithms) {
    const known = realm.keys.filter((key) => key.algorithm === algorithm && key.status !== "retired");
    const next = known.find((key) => key.status === "next");
    if (known.length === 0) await store.addFirst(algorithm, await keyPair(realm.id, algorithm, ring, now));
    else if (next === undefined) throw new Problem("key-unknown");
    else if (await store.rotate(next, await makeSigningKey(realm.id, algorithm, "next", ring, now), now, expiresAt))
      rotated.push(algorithm);
  }
  return rotated;
}

/**
 * Algorithms whose key has signed for `rotationDays`, and whose next key has been in the key set for so long that every copy of it has
 * the key. After a rotation none is due, so that a job that is delivered twice rotates once.
 */
export function dueAlgorithms(keys: readonly SigningKeyRow[], rotationDays: number, now: number): SigningAlgorithm[] {
  if (rotationDays === 0) return [];
  const isOld = (key: SigningKeyRow): boolean => (key.activatedAt ?? now) <= now - rotationDays * 86_400_000;
  const isKnown = (key: SigningKeyRow): boolean => key.createdAt <= now - limits.keyAnnouncementSeconds * 1000;
  const has = (algorithm: string, status: string, test: (key: SigningKeyRow) => boolean): boolean =>
    keys.some((key) => key.algorithm === algorithm && key.status === status && test(key));
  return realmAlgorithms.filter(
    (algorithm) =>
      has(algorithm, "active", isOld) &&
      !has(algorithm, "active", (key) => !isOld(key)) &&
      has(algorithm, "next", isKnown),
  );
}

/** Takes a key out of the key set at once: everything it signed is worthless from then on. The active key must be rotated first. */
export async function revokeKey(store: SigningKeyStore, keys: readonly SigningKeyRow[], kid: string): Promise<void> {
  const key = keys.find((candidate) => candidate.kid === kid);
  if (key === undefined) throw new Problem("key-unknown");
  if (key.status !== "retired") throw new Problem("key-last-active");
  if (!(await store.delete(kid))) throw new Problem("key-unknown");
}
