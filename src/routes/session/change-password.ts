/** POST /api/auth/v1/users/change-password: a new password for somebody who knows the old one (OWASP ASVS 6.2.3). */
import * as z from "zod";
import { changeOwnPassword } from "../../domain/recovery/change-password.ts";
import { browserMark } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { requireSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";

export const changePasswordSchema = z.object({ "current-password": z.string(), "new-password": z.string() });

export async function changePassword(c: AppContext): Promise<Response> {
  const body = validate(changePasswordSchema, await readJson(c));
  const context = c.get("realm");
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const { claimed } = await requireSession(c);
  const passwords = { current: body["current-password"], next: body["new-password"] };
  await changeOwnPassword(context, claimed, passwords, { browser: browserMark(c) }, postLater(c));
  return c.json({ message: "The password is changed. Other devices were signed out." });
}
