import { hashPassword } from "../../crypto/password-hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { recordEvent, recordRefusal } from "../audit/record-event.ts";
import { type Address, findOwner, hasProven } from "../mail/address.ts";
import { type Post, reachOf } from "../mail/notice.ts";
import { proveCode, type TypedCode } from "../one-time-codes/code.ts";
import type { RealmContext } from "../realm-context.ts";
import { findPasswordChange } from "../sessions/password-change-needed.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import { changeUserAnyway } from "../users/change-user.ts";
import { requireGoodPassword } from "../users/new-user.ts";
import { ownPassword } from "../users/password-change.ts";
import { changeForOwner, isSignedInAs, provenBy, takeOver } from "../users/prove-address.ts";
import { choosePassword, requireNewPassword } from "./choose-password.ts";
import { type LinkProof, proveLink } from "./mailed-link.ts";

/** Who sets the password, and what is done for them after it. */
export interface Resetting {
  /** The session this browser shows; when it is a live one of the same user it goes on, and all others end. */
  readonly session: ClaimedSession | null;
  readonly post: Post;
}

/** Sets a new password by a code: one that was sent for this, or one for signing in. Throws Problem. */
export async function resetPasswordByCode(
  context: RealmContext,
  { address, code, password }: { address: Address; code: string; password: string },
  resetting: Resetting,
): Promise<void> {
  // What can be said of the password without knowing the account is said to everybody.
  requireGoodPassword(context, password, {
    email: address.kind === "email" ? address.value : null,
    username: null,
    name: null,
  });
  const owner = await findOwner(context, address);
  const typed: TypedCode = { address, code, purposes: ["reset", "sign-in"] };
  const failure = { type: "user.code_failed", user: owner?.id, details: { for: "password-reset" } } as const;
  await recordRefusal(context, failure, () => proveCode(context, owner, typed, "look"));
  if (owner === null || owner.disabledAt !== null) throw new Problem("one-time-code-wrong");
  await requireNewPassword(context, owner, password);
  await proveCode(context, owner, typed, "spend");
  await setPassword(context, owner, address, password, resetting);
}

/** Sets a new password by the token of a link, or of a temporary password. A password that is refused leaves the token good. Throws Problem. */
export async function resetPasswordByLink(
  context: RealmContext,
  { token, password }: { token: string; password: string },
  resetting: Resetting,
): Promise<void> {
  if (await choosePassword(context, { token, password }, resetting)) return;
  const { user } = requireProof(await proveLink(context, "reset-link", token, "look"));
  await requireNewPassword(context, user, password);
  const proof = requireProof(await proveLink(context, "reset-link", token, "spend"));
  await setPassword(context, proof.user, proof.address, password, resetting);
}

/** What such a token would do, without using it up; null when it does nothing. `shown`: whose account it is about. */
export async function proveResetToken(
  context: RealmContext,
  token: string,
): Promise<{ readonly shown: string | null; readonly isTemporary: boolean } | null> {
  try {
    const user = await findPasswordChange(context, token);
    if (user !== null) return { shown: user.email ?? user.username, isTemporary: true };
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
  const proof = await proveLink(context, "reset-link", token, "look");
  return proof.ok ? { shown: proof.address.value, isTemporary: false } : null;
}

function requireProof(proof: LinkProof): Extract<LinkProof, { ok: true }> {
  if (proof.ok) return proof;
  throw new Problem(proof.reason === "used" ? "link-used" : "link-invalid");
}

/** A second factor stays what it is, so that a mailbox alone does not open an account that has one (ASVS 6.4.3). */
async function setPassword(
  context: RealmContext,
  owner: UserRow,
  address: Address,
  password: string,
  { session, post }: Resetting,
): Promise<void> {
  const changes = ownPassword(await hashPassword(password));
  const user = await write();
  recordEvent(context, { type: "password.reset", user: user.id, details: { by: address.kind } });
  await context.objects.call(user.id, (object) => object.clearAttempts("password"));
  await tellOfNewPassword(user, post);

  async function write(): Promise<UserRow> {
    if (session !== null && (await isSignedInAs(context, owner, session))) {
      const proven = { ...changes, ...provenBy(address) };
      return changeUserAnyway(context, owner, proven, { except: session.sid });
    }
    if (hasProven(owner, address)) return changeForOwner(context, owner, address, changes);
    return takeOver(context, owner, address, changes);
  }
}

/** So that somebody whose password was changed by another person hears of it (ASVS 6.3.7). */
export async function tellOfNewPassword(user: UserRow, post: Post): Promise<void> {
  const to = reachOf(user);
  if (to !== null) await post({ type: "password-changed", to });
}
