/** Signed texts of somebody whose keys are known here: RFC 7515. What the header says about keys other than `kid` is not looked at. */
import { compactVerify, importJWK, type JWK } from "jose";
import { decodeBase64Url, fromUtf8 } from "../lib/base64url.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { isRecord, parseJson } from "../lib/json.ts";
import { compactJws } from "./compact-jws.ts";

/** A text taken apart. Nothing of it is proven yet. */
export interface UnprovenJwt {
  readonly text: string;
  readonly alg: string;
  readonly kid: string | undefined;
  readonly typ: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

const longestTextChars = 8192;

/** Null when it is no signed JWT in compact form. */
export function readUnprovenJwt(text: string): UnprovenJwt | null {
  const parts = text.length > longestTextChars ? null : compactJws.exec(text);
  const header = recordIn(parts?.[1]);
  const claims = recordIn(parts?.[2]);
  if (header === null || claims === null || decodeBase64Url(parts?.[3] ?? "") === null) return null;
  const { alg, kid, typ } = header;
  return typeof alg === "string" && isTextOrNone(kid) && isTextOrNone(typ) ? { text, alg, kid, typ, claims } : null;
}

function recordIn(part: string | undefined): Record<string, unknown> | null {
  const bytes = part === undefined ? null : decodeBase64Url(part);
  const value = parseJson((bytes === null ? null : fromUtf8(bytes)) ?? "");
  return isRecord(value) ? value : null;
}

const isTextOrNone = (value: unknown): value is string | undefined => value === undefined || typeof value === "string";

const importedKeysKept = 2_000;
const importedKeyAgeMs = 3_600_000;
const imported = new BoundedCache<CryptoKey>(importedKeysKept, importedKeyAgeMs);

/** Whether one of these public keys (RFC 7517) has signed the text, with the algorithm that its header names. */
export async function isSignedByOneOf(
  jwt: UnprovenJwt,
  keys: readonly Readonly<Record<string, unknown>>[],
  now: number,
): Promise<boolean> {
  for (const jwk of keys) {
    const key = await importedKey(jwk, jwt.alg, now);
    if (key !== null && (await isSignedBy(jwt, key))) return true;
  }
  return false;
}

async function isSignedBy({ text, alg }: UnprovenJwt, key: CryptoKey): Promise<boolean> {
  return compactVerify(text, key, { algorithms: [alg] }).then(
    () => true,
    () => false,
  );
}

/** Null when it is no key for that algorithm. */
async function importedKey(
  jwk: Readonly<Record<string, unknown>>,
  alg: string,
  now: number,
): Promise<CryptoKey | null> {
  // `use` and `key_ops` are judged where the key is chosen; the platform's own reading of them is narrower.
  const { kty, crv, x, y, n, e } = jwk;
  const name = JSON.stringify([alg, kty, crv, x, y, n, e]);
  const known = imported.get(name, now);
  if (known !== undefined) return known;
  const key = await importJWK({ kty, crv, x, y, n, e } as JWK, alg).catch(() => null);
  return key === null || key instanceof Uint8Array ? null : imported.set(name, key, now);
}
