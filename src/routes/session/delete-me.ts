/** DELETE /api/auth/v1/users/me: the user deletes their account, at once and for good (GDPR Art. 17). */
import { deleteOwnAccount } from "../../domain/users/delete-own-account.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { clearSession, requireProven, requireSession } from "../../http/session.ts";

export async function deleteMe(c: AppContext): Promise<Response> {
  const { claimed } = requireProven(c, await requireSession(c));
  await deleteOwnAccount(c.get("realm"), claimed.userId, postLater(c));
  clearSession(c);
  return c.body(null, 204);
}
