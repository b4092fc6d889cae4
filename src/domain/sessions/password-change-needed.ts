// A password that an operator has set opens nothing but the choice of another one (OWASP ASVS 6.4.1, 6.4.6).
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { Failure, Problem } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { RealmContext } from "../realm-context.ts";

const purpose = "password-change";

/** The password was right, and is not its user's own. Each surface says so in its own way (http/password-change.ts). */
export class PasswordChangeNeeded extends Failure {
  override readonly name = "PasswordChangeNeeded";
  /** Goes where the token of a mailed link goes: to the page or the endpoint that takes a new password. */
  readonly token: string;

  constructor(token: string) {
    super("password-change-required");
    this.token = token;
  }
}

/** Throws PasswordChangeNeeded for a user whose password, proven just now, was set by somebody else. */
export async function requireOwnPassword(context: RealmContext, user: UserRow): Promise<void> {
  const { passwordHash, passwordExpiresAt } = user;
  if (passwordHash === null || passwordExpiresAt === null) return;
  const expiresAt = Math.min(context.clock.now() + limits.passwordChangeTtlSeconds * 1000, passwordExpiresAt);
  const plain = JSON.stringify({ userId: user.id, replaces: await sha256(passwordHash), expiresAt });
  throw new PasswordChangeNeeded(await context.ring.seal(purpose, context.realm.id, utf8(plain)));
}

/**
 * Whose password the token replaces; null when it is no such token. It names the very hash, so that whatever password comes next, the
 * user's choice or another of an operator's, ends it. Throws Problem: link-invalid, link-used.
 */
export async function findPasswordChange(context: RealmContext, token: string): Promise<UserRow | null> {
  const opened = await context.ring.open(purpose, context.realm.id, token);
  const plain = opened === null ? null : parseJson(fromUtf8(opened) ?? "");
  if (!isRecord(plain)) return null;
  const { userId, replaces, expiresAt } = plain;
  if (typeof userId !== "number" || typeof expiresAt !== "number" || expiresAt <= context.clock.now())
    throw new Problem("link-invalid");
  const user = await context.users.findById(userId);
  if (user === null || user.disabledAt !== null) throw new Problem("link-invalid");
  const isThat = user.passwordHash !== null && (await sha256(user.passwordHash)) === replaces;
  if (!isThat || user.passwordExpiresAt === null) throw new Problem("link-used");
  return user;
}
