import { hashPassword, verifyPassword } from "../../crypto/password-hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import { findPasswordChange } from "../sessions/password-change-needed.ts";
import { changeUser } from "../users/change-user.ts";
import { requireGoodPassword } from "../users/new-user.ts";
import { ownPassword } from "../users/password-change.ts";
import { type Resetting, tellOfNewPassword } from "./reset-password.ts";

const mostTries = 4;

/**
 * Sets the password that a user has chosen in place of a temporary one. False when the token is none of that kind. Signs nobody in.
 * The row changes only while it holds the hash that the token names: of any number at once one wins. Throws Problem.
 */
export async function choosePassword(
  context: RealmContext,
  { token, password }: { token: string; password: string },
  { post }: Pick<Resetting, "post">,
): Promise<boolean> {
  const first = await findPasswordChange(context, token);
  if (first === null) return false;
  await requireNewPassword(context, first, password);
  const changes = ownPassword(await hashPassword(password));
  const changed = await write(first);
  recordEvent(context, { type: "password.reset", user: changed.id, details: { by: "temporary-password" } });
  await context.objects.call(changed.id, (object) => object.clearAttempts("password"));
  await tellOfNewPassword(changed, post);
  return true;

  async function write(found: UserRow): Promise<UserRow> {
    let user = found;
    for (let tried = 1; ; tried++) {
      try {
        return await changeUser(context, user, changes, "all");
      } catch (error) {
        if (!(error instanceof Problem) || error.reason !== "version-outdated" || tried === mostTries) throw error;
        const newest = await findPasswordChange(context, token);
        if (newest === null) throw error;
        user = newest;
      }
    }
  }
}

/** Held to the realm's rules; and whoever set a temporary password must not know the one that follows (ASVS 6.4.6). Throws Problem. */
export async function requireNewPassword(context: RealmContext, user: UserRow, password: string): Promise<void> {
  requireGoodPassword(context, password, user);
  if (user.passwordExpiresAt === null) return;
  const { ok } = await verifyPassword(user.passwordHash, password, context.realm.passwordFloorKib);
  if (ok) throw new Problem("password-unchanged", { fields: { password: "unchanged" } });
}
