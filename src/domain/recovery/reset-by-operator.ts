import { limits } from "../../config/limits.ts";
import { randomLetters } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { changeUserAs } from "../admin/change-user.ts";
import { type Operator, requireRankOver } from "../admin/operator.ts";
import type { Post } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ReturnAddress } from "../sso/return-address.ts";
import { askReset } from "./ask-reset.ts";
import { tellOfNewPassword } from "./reset-password.ts";

/** What is easily read out and typed: without letters that look like others. */
const letters = "abcdefghjkmnpqrstuvwxyz23456789";
const leastLetters = 20;

/** Sends a user the link by which they choose a password; until then the old one stays. Answers when it ends. Throws Problem. */
export async function mailResetAs(
  operator: Operator,
  context: RealmContext,
  user: UserRow,
  page: ReturnAddress,
  post: Post,
): Promise<number> {
  requireRankOver(operator, user);
  if (user.disabledAt !== null) throw new Problem("user-disabled-already");
  if (user.email === null) throw new Problem("user-unreachable");
  const expiresAt = context.clock.now() + limits.resetLinkTtlSeconds * 1000;
  const isSent = await askReset(context, { kind: "email", value: user.email }, page, post);
  if (!isSent) throw new Problem("rate-limited", { retryAfterSeconds: 3600 });
  return expiresAt;
}

/** Makes a password up that is good for choosing another only; sessions and tokens end, and the owner hears of it. Throws Problem. */
export async function makeTemporaryPasswordAs(
  operator: Operator,
  context: RealmContext,
  user: UserRow,
  post: Post,
): Promise<{ password: string; user: UserRow }> {
  const length = Math.max(leastLetters, context.realm.settings.password_min_length);
  const password = randomLetters(letters, length);
  const changed = await changeUserAs(operator, context, user, { password });
  await context.objects.call(user.id, (object) => object.clearAttempts("password"));
  await tellOfNewPassword(changed, post);
  return { password, user: changed };
}
