/** POST /v1/register/reminder: sends the confirmation of an address again. The same answer for whatever address it is. */
import * as z from "zod";
import { sendVerificationLink } from "../../domain/recovery/verification.ts";
import { parseEmail } from "../../domain/users/canonical.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitMessages } from "../../http/rate-limit.ts";
import { validate } from "../../http/validate.ts";
import { readSingle } from "./read-sent.ts";

export const reminderSchema = z.object({ email: z.string().max(320) });

export async function reminder(c: AppContext): Promise<Response> {
  const { email } = validate(reminderSchema, (await readSingle(c)).body);
  await limitMessages(c);
  const value = parseEmail(email);
  if (value !== null) await sendVerificationLink(c.get("realm"), { kind: "email", value }, null, postLater(c));
  return c.json({ message: "If there is such an account, a link is on its way to it." });
}
