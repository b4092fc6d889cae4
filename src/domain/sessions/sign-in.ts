import { sha256 } from "../../crypto/hash.ts";
import { hashPassword, verifyPassword } from "../../crypto/password-hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { AttemptPolicy } from "../../storage/user-object/attempts.ts";
import type { UserMethods } from "../../storage/user-object/handle.ts";
import { recordRefusal } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import { looksLikeEmail, parseEmail, parseUsername } from "../users/canonical.ts";
import { beginInTurn } from "./begin-in-turn.ts";
import { broughtMark } from "./device-marks.ts";
import { type Device, openSession, type SignedIn } from "./open-session.ts";
import { requireOwnPassword } from "./password-change-needed.ts";

export interface PasswordCredentials {
  /** An e-mail address or a username, as typed. */
  readonly identifier: string;
  readonly password: string;
}

/**
 * Signs a user in by password. Whatever is wrong, it takes the same steps and as long: a look-up, a counted attempt, one hash.
 * Throws Problem: bad_credential, rate-limited, temporary-password-expired, session-limit-reached; PasswordChangeNeeded.
 */
export async function signInWithPassword(
  context: RealmContext,
  credentials: PasswordCredentials,
  device: Device,
): Promise<SignedIn> {
  const user = await provePassword(context, credentials, device);
  return openSession(context, user, ["pwd"], device);
}

/** The user whose identifier and password these are. Every path that checks a password comes through here (NIST 800-63B §3.2.2). */
export async function provePassword(
  context: RealmContext,
  { identifier, password }: PasswordCredentials,
  device: Pick<Device, "browser">,
): Promise<UserRow> {
  const name = canonicalIdentifier(identifier);
  const user = name === null ? null : await findByIdentifier(context, name);
  const failure = { type: "user.sign_in_failed", user: user?.id, details: { method: "password" } } as const;
  return recordRefusal(context, failure, async () => {
    const proven = await prove(context, user, name ?? identifier, password, device);
    if (proven.passwordExpiresAt !== null) await forgetAttempts(context, proven.id, device);
    await requireOwnPassword(context, proven);
    return proven;
  });
}

/** Nothing else will, where a right password opens no session. */
async function forgetAttempts(context: RealmContext, userId: number, device: Pick<Device, "browser">): Promise<void> {
  const mark = await broughtMark(context, device);
  await context.objects.call(userId, (object) => object.clearAttempts("password", mark));
}

/** The same for somebody who is signed in, and asked again before something that matters. */
export const provePasswordOf = (
  context: RealmContext,
  user: UserRow,
  password: string,
  device: Pick<Device, "browser">,
): Promise<UserRow> =>
  recordRefusal(context, { type: "user.reauthentication_failed", user: user.id }, () =>
    prove(context, user, "", password, device),
  );

async function prove(
  context: RealmContext,
  user: UserRow | null,
  name: string,
  password: string,
  device: Pick<Device, "browser">,
): Promise<UserRow> {
  const attempts = await attemptsOn(context, user, name, device);
  const waitMs = await beginInTurn(() => attempts.begin());
  if (waitMs > 0) throw new Problem("rate-limited", { retryAfterSeconds: Math.ceil(waitMs / 1000) });
  const { ok, needsRehash } = await verifyPassword(
    user?.passwordHash ?? null,
    password,
    context.realm.passwordFloorKib,
  );
  if (user === null || !ok) {
    await attempts.wrong();
    const mayTell = context.realm.settings.reveal_unknown_user;
    throw new Problem(user !== null ? "password-wrong" : mayTell ? "user-unknown-revealed" : "user-unknown");
  }
  if (user.disabledAt !== null) throw new Problem("user-not-allowed");
  if (user.passwordExpiresAt !== null && user.passwordExpiresAt <= context.clock.now()) {
    await attempts.wrong();
    throw new Problem("temporary-password-expired");
  }
  return needsRehash ? rehash(context, user, password) : user;
}

/** Attempts on one name: counted when they begin, so that a hundred at once are a hundred, and judged when the hash is known. */
interface Attempts {
  begin(): Promise<number | "undecided">;
  wrong(): Promise<void>;
}

function canonicalIdentifier(identifier: string): string | null {
  if (identifier.length > 320) return null;
  return looksLikeEmail(identifier) ? parseEmail(identifier) : parseUsername(identifier);
}

function findByIdentifier(context: RealmContext, name: string): Promise<UserRow | null> {
  return looksLikeEmail(name) ? context.users.findByEmail(name) : context.users.findByUsername(name);
}

async function attemptsOn(
  context: RealmContext,
  user: UserRow | null,
  name: string,
  device: Pick<Device, "browser">,
): Promise<Attempts> {
  const policy = attemptPolicy(context);
  const nameHash = await sha256(name.slice(0, 320));
  const key = user === null ? `password:${nameHash}` : "password";
  const mark = await broughtMark(context, device);
  const call = <Value>(run: (object: UserMethods) => Promise<Value>): Promise<Value> =>
    user === null ? context.objects.callStranger(nameHash, run) : context.objects.call(user.id, run);
  return {
    begin: () => call((object) => object.beginJudgedAttempt(key, policy, mark)),
    wrong: () => call((object) => object.judgeAttemptWrong(key, mark)),
  };
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
