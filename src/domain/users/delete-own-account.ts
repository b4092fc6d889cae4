import { Problem } from "../../errors/errors.ts";
import { type Post, tellOwner } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import { deleteUser } from "./change-user.ts";

/**
 * Deletes the account of whoever asks, at once and for good: sessions, grants, factors and links end with it, and a last message goes
 * out. The only system administrator of a realm stays. Once it is gone, asking again is fine. Throws Problem: realm-without-sysadmin.
 */
export async function deleteOwnAccount(context: RealmContext, userId: number, post: Post): Promise<void> {
  const user = await context.users.findById(userId);
  if (user === null) return;
  const guarded = { ...context, users: context.users.guardedBy("keep-one") };
  try {
    await deleteUser(guarded, userId);
  } catch (error) {
    if (error instanceof Problem && error.reason === "user-record-unknown") return;
    throw error;
  }
  await tellOwner(user, post, "account-deleted");
}
