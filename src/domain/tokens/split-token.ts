/**
 * Split tokens (contract §4): the client holds the signature of a JWT, KV what it signs, under the signature's hash. Neither half is
 * worth anything by itself. ECDSA draws a random number for each signature, so that nobody guesses one who knows the other half.
 */
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import type { RealmContext } from "../realm-context.ts";

/** A signature with ES256: 64 bytes in base64url. */
const es256Signature = /^[A-Za-z0-9_-]{86}$/;

/** Keeps header and payload, and answers the signature. `expiresAt`: seconds since the epoch, when the token expires. */
export async function splitToken(context: RealmContext, jwt: string, expiresAt: number): Promise<string> {
  const end = jwt.lastIndexOf(".");
  const signature = jwt.slice(end + 1);
  // A signature that does not change could be worked out by whoever sees the rest (RFC 8017 §8.2, RFC 8032 §5.1.6).
  if (!es256Signature.test(signature)) throw new TypeError("only tokens signed with ES256 are split");
  const secondsLeft = expiresAt - Math.floor(context.clock.now() / 1000);
  const ttlSeconds = secondsLeft + limits.expiredSplitTokenMemorySeconds;
  await context.splitTokens.put(await sha256(signature), jwt.slice(0, end), ttlSeconds);
  return signature;
}

/**
 * The JWT that the text stands for: itself, or the one it is the signature of. Not verified. Null when there is none. Throws
 * StorageUnavailable.
 */
export async function glueToken(context: RealmContext, text: string): Promise<string | null> {
  if (text.includes(".")) return text;
  if (!es256Signature.test(text)) return null;
  const input = await context.splitTokens.find(await sha256(text));
  return input === null ? null : `${input}.${text}`;
}
