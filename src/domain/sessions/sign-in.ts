import { sha256 } from "../../crypto/hash.ts";
import { hashPassword, verifyPassword } from "../../crypto/password-hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { AttemptPolicy } from "../../storage/user-object/attempts.ts";
import type { RealmContext } from "../realm-context.ts";
import { looksLikeEmail, parseEmail, parseUsername } from "../users/canonical.ts";
import { type Device, openSession, type SignedIn } from "./open-session.ts";

export interface PasswordCredentials {
  /** An e-mail address or a username, as typed. */
  readonly identifier: string;
  readonly password: string;
}

/**
 * Signs a user in by password. Whatever is wrong, it takes the same steps and as long: a look-up, a counted attempt, one hash.
 * Throws Problem: bad_credential, rate-limited, session-limit-reached.
 */
export async function signInWithPassword(
  context: RealmContext,
  credentials: PasswordCredentials,
  device: Device,
): Promise<SignedIn> {
  const user = await provePassword(context, credentials);
  return openSession(context, user, ["pwd"], device);
}

/** The user whose identifier and password these are. Every path that checks a password comes through here (NIST 800-63B §3.2.2). */
export async function provePassword(
  context: RealmContext,
  { identifier, password }: PasswordCredentials,
): Promise<UserRow> {
  const name = canonicalIdentifier(identifier);
  const user = name === null ? null : await findByIdentifier(context, name);
  const waitMs = await countAttempt(context, user, name ?? identifier);
  if (waitMs > 0) throw new Problem("rate-limited", { retryAfterSeconds: Math.ceil(waitMs / 1000) });
  const { ok, needsRehash } = await verifyPassword(user?.passwordHash ?? null, password);
  if (user === null)
    throw new Problem(context.realm.settings.reveal_unknown_user ? "user-unknown-revealed" : "user-unknown");
  if (!ok) throw new Problem("password-wrong");
  if (user.disabledAt !== null) throw new Problem("user-not-allowed");
  return needsRehash ? rehash(context, user, password) : user;
}

function canonicalIdentifier(identifier: string): string | null {
  if (identifier.length > 320) return null;
  return looksLikeEmail(identifier) ? parseEmail(identifier) : parseUsername(identifier);
}

function findByIdentifier(context: RealmContext, name: string): Promise<UserRow | null> {
  return looksLikeEmail(name) ? context.users.findByEmail(name) : context.users.findByUsername(name);
}

async function countAttempt(context: RealmContext, user: UserRow | null, name: string): Promise<number> {
  const policy = attemptPolicy(context);
  const nameHash = await sha256(name.slice(0, 320));
  return user === null
    ? context.objects.callStranger(nameHash, (stranger) => stranger.beginAttempt(`password:${nameHash}`, policy))
    : context.objects.call(user.id, (object) => object.beginAttempt("password", policy));
}

function attemptPolicy(context: RealmContext): AttemptPolicy {
  const { rate_limits } = context.realm.settings;
  return {
    freeAttempts: rate_limits.password_failures_before_delay,
    firstDelayMs: rate_limits.password_first_delay_seconds * 1000,
    longestDelayMs: rate_limits.password_longest_delay_seconds * 1000,
  };
}

/** An older hash is replaced while the password is at hand. Losing a race against another change is fine: there is a next time. */
async function rehash(context: RealmContext, user: UserRow, password: string): Promise<UserRow> {
  const passwordHash = await hashPassword(password);
  const updated = await context.users.update(user.id, user.version, { passwordHash }, context.clock.now());
  return typeof updated === "object" && "row" in updated ? updated.row : user;
}
