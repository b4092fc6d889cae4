import { hashPassword } from "../../crypto/password-hash.ts";
import { Problem } from "../../errors/errors.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { Post } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import { broughtMark } from "../sessions/device-marks.ts";
import type { Device } from "../sessions/open-session.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import { provePasswordOf } from "../sessions/sign-in.ts";
import { changeUserAnyway } from "../users/change-user.ts";
import { ownPassword } from "../users/password-change.ts";
import { requireNewPassword } from "./choose-password.ts";
import { tellOfNewPassword } from "./reset-password.ts";

/**
 * Changes the password of a signed-in user who gives the current one. This session goes on; the others and all grants end, and the
 * owner is told. Throws Problem: bad_credential, rate-limited, and what is wrong with the new one.
 */
export async function changeOwnPassword(
  context: RealmContext,
  session: ClaimedSession,
  { current, next }: { current: string; next: string },
  device: Pick<Device, "browser">,
  post: Post,
): Promise<void> {
  const user = await context.users.findById(session.userId);
  if (user === null) throw new Problem("session-ended");
  const proven = await provePasswordOf(context, user, current, device);
  await requireNewPassword(context, proven, next);
  const changes = ownPassword(await hashPassword(next));
  const changed = await changeUserAnyway(context, proven, changes, { except: session.sid });
  recordEvent(context, { type: "password.changed", user: user.id });
  const mark = await broughtMark(context, device);
  await context.objects.call(user.id, (object) => object.clearAttempts("password", mark));
  await tellOfNewPassword(changed, post);
}
