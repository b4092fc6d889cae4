import { type SigningAlgorithm, signingAlgorithms } from "../../crypto/jwt.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { Problem } from "../../errors/errors.ts";
import type { Clock } from "../../lib/time.ts";
import type { SigningKeyStore } from "../../storage/d1/signing-key-store.ts";
import { dueAlgorithms, makeSigningKey, revokeKey, rotateKeys } from "../keys/rotation.ts";
import type { Realm } from "../realms/realm.ts";
import { forgetHosts } from "../realms/realm-directory.ts";

/** A realm that was read just now, and what its keys are changed with. */
export interface KeyCabinet {
  readonly realm: Realm;
  readonly store: SigningKeyStore;
  readonly ring: KeyRing;
  readonly clock: Clock;
}

/** Begins to sign with the next key of each of the algorithms. Answers those that were rotated. Throws Problem. */
export async function rotateRealmKeys(
  { realm, store, ring, clock }: KeyCabinet,
  algorithms: readonly SigningAlgorithm[],
): Promise<SigningAlgorithm[]> {
  const { access_token_ttl_seconds, session_absolute_seconds } = realm.settings;
  // Session cookies are signed too, and last longest.
  const longestTokenSeconds = Math.max(access_token_ttl_seconds, session_absolute_seconds);
  const about = { id: realm.id, keys: realm.keys.rows, longestTokenSeconds };
  const rotated = await rotateKeys(store, algorithms, about, ring, clock.now());
  forgetHosts(realm.hosts);
  return rotated;
}

/** What the realm's setting `signing_key_rotation_days` asks for. Answers the algorithms that were rotated. */
export function rotateDueKeys(cabinet: KeyCabinet): Promise<SigningAlgorithm[]> {
  const { keys, settings } = cabinet.realm;
  return rotateRealmKeys(cabinet, dueAlgorithms(keys.rows, settings.signing_key_rotation_days, cabinet.clock.now()));
}

/** Withdraws a key: what it signed is worth nothing. One that has not signed yet is replaced; the active one is rotated first. Throws Problem. */
export async function revokeRealmKey({ realm, store, ring, clock }: KeyCabinet, kid: string): Promise<void> {
  const { rows } = realm.keys;
  const next = rows.find((key) => key.kid === kid && key.status === "next");
  const algorithm = signingAlgorithms.find((name) => name === next?.algorithm);
  if (algorithm === undefined) await revokeKey(store, rows, kid);
  else {
    const fresh = await makeSigningKey(realm.id, algorithm, "next", ring, clock.now());
    if (!(await store.replaceNext(kid, fresh))) throw new Problem("version-outdated");
  }
  forgetHosts(realm.hosts);
}
