import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { MailedSecret } from "../../storage/user-object/mailed-secrets.ts";
import { type Address, hashOfAddress, isAddressOf } from "../mail/address.ts";
import { secretKey } from "../one-time-codes/code.ts";
import type { RealmContext } from "../realm-context.ts";

export type LinkKind = "reset-link" | "verification-link";

/**
 * The token of a link: 256 random bits, and whose it is, sealed for its kind and its realm. What was not made here never gets as far
 * as an object; the object keeps the hash of the newest one, and decides.
 */
export async function makeLinkToken(
  context: RealmContext,
  kind: LinkKind,
  owner: Pick<UserRow, "id"> | null,
  address: Address,
  ttlSeconds: number,
): Promise<{ token: string; secret: MailedSecret }> {
  const id = randomHandle(32);
  const expiresAt = context.clock.now() + ttlSeconds * 1000;
  const plain = JSON.stringify({ userId: owner?.id ?? 0, ...address, id, expiresAt });
  const token = await context.ring.seal(kind, context.realm.id, utf8(plain));
  const key = secretKey(kind, await hashOfAddress(address));
  return { token, secret: { key, hash: await sha256(id), boundTo: null, expiresAt } };
}

export type LinkProof =
  | { readonly ok: true; readonly user: UserRow; readonly address: Address }
  | { readonly ok: false; readonly reason: "invalid" | "used" };

const invalid = { ok: false, reason: "invalid" } as const;

/** Whether the token is the newest of its kind that was sent to this user, who still has the address. Spending works once. */
export async function proveLink(
  context: RealmContext,
  kind: LinkKind,
  token: string | undefined,
  mode: "look" | "spend",
): Promise<LinkProof> {
  const claims = token === undefined ? null : await readToken(context, kind, token);
  if (claims === null || claims.expiresAt <= context.clock.now()) return invalid;
  const { userId, address } = claims;
  const user = await context.users.findById(userId);
  if (user === null || user.disabledAt !== null || !isAddressOf(user, address)) return invalid;
  const proof = {
    keys: [secretKey(kind, await hashOfAddress(address))],
    hashes: [await sha256(claims.id)],
    boundTo: null,
    tries: null,
    mode,
    attemptId: randomHandle(16),
  };
  const answer = await context.objects.call(userId, (object) => object.proveSecret(proof));
  if (answer.ok) return { ok: true, user, address };
  return answer.reason === "spent" ? { ok: false, reason: "used" } : invalid;
}

const longestTokenChars = 2048;

async function readToken(context: RealmContext, kind: LinkKind, token: string) {
  if (token.length > longestTokenChars) return null;
  const opened = await context.ring.open(kind, context.realm.id, token);
  const plain = opened === null ? undefined : parseJson(fromUtf8(opened) ?? "");
  if (!isRecord(plain)) return null;
  const { userId, value, id, expiresAt } = plain;
  if (typeof userId !== "number" || typeof value !== "string" || typeof id !== "string") return null;
  if (typeof expiresAt !== "number" || (plain.kind !== "email" && plain.kind !== "phone")) return null;
  const address: Address = { kind: plain.kind, value };
  return { userId, address, id, expiresAt };
}
