/** Refresh tokens: RFC 6749 §6, rotated as in RFC 9700 §4.14.2. */
import { limits } from "../../config/limits.ts";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { decodeBase64Url, encodeTextBase64Url, fromUtf8 } from "../../lib/base64url.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";

const purpose = "refresh-token";

/**
 * Names one generation of one grant of one user. Nothing secret is stored for it: the tag is made with a key that only the deployment
 * holds, so a copy of every store holds no usable token, and nobody can wake an object with an invented one.
 */
export interface RefreshToken {
  readonly userId: number;
  readonly grantId: string;
  readonly generation: number;
}

type Outstanding = BoundedCache<{ readonly realmId: string; readonly token: RefreshToken }>;

/** Those that this isolate has issued with these keys, until they come back: they need no second look. */
const outstanding = new WeakMap<KeyRing, Outstanding>();

function outstandingOf(ring: KeyRing): Outstanding {
  const known = outstanding.get(ring);
  if (known !== undefined) return known;
  const made: Outstanding = new BoundedCache(limits.cachedTokens, Number.POSITIVE_INFINITY);
  outstanding.set(ring, made);
  return made;
}

export async function issueRefreshToken(context: RealmContext, token: RefreshToken): Promise<string> {
  const payload = encodeTextBase64Url(JSON.stringify([token.userId, token.grantId, token.generation]));
  const { keyId, tag } = await context.ring.authenticate(purpose, `${context.realm.id}|${payload}`);
  const text = `rt.${keyId}.${payload}.${tag}`;
  outstandingOf(context.ring).set(text, { realmId: context.realm.id, token }, 0);
  return text;
}

/** What the token names, or null when it was not issued here, for this realm. */
export async function readRefreshToken(context: RealmContext, text: string): Promise<RefreshToken | null> {
  const ours = outstandingOf(context.ring);
  const known = ours.get(text, 0);
  ours.delete(text);
  if (known !== undefined && known.realmId === context.realm.id) return known.token;
  const [prefix, keyId = "", payload = "", tag = "", ...rest] = text.length > 512 ? [] : text.split(".");
  if (prefix !== "rt" || rest.length > 0) return null;
  if (!(await context.ring.isAuthentic(purpose, `${context.realm.id}|${payload}`, keyId, tag))) return null;
  const parts = parseJson(fromUtf8(decodeBase64Url(payload) ?? new Uint8Array()) ?? "");
  if (!Array.isArray(parts) || isRecord(parts)) return null;
  const [userId, grantId, generation] = parts as unknown[];
  return typeof userId === "number" && typeof grantId === "string" && typeof generation === "number"
    ? { userId, grantId, generation }
    : null;
}
