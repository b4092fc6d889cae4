/** POST /v1/password/forgot and POST /v1/password/reset: a new password by a link in a mail (contract §3). */
import * as z from "zod";
import { originOf } from "../../domain/realms/realm.ts";
import { askReset } from "../../domain/recovery/ask-reset.ts";
import { resetPasswordByLink } from "../../domain/recovery/reset-password.ts";
import { parseAuthPage, type ReturnAddress } from "../../domain/sso/return-address.ts";
import { parseEmail } from "../../domain/users/canonical.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { limitCodes, limitMessages } from "../../http/rate-limit.ts";
import { validate } from "../../http/validate.ts";
import { interactionPaths } from "../interaction/paths.ts";
import { resetting } from "../session/reset-password.ts";
import { readSingle } from "./read-sent.ts";

export const forgotSchema = z.object({
  email: z.string().max(320),
  redirect_url: z
    .string()
    .max(2048)
    .nullish()
    .describe("A page on a domain of the realm that asks for the new password; it gets the token in its query."),
});

export const resetSchema = z.object({ token: z.string().max(4096), password: z.string() });

/** The same answer for whatever address it is. */
export async function forgot(c: AppContext): Promise<Response> {
  const { email, redirect_url } = validate(forgotSchema, (await readSingle(c)).body);
  const context = c.get("realm");
  const here = originOf(hostOf(c.req.url), context.config);
  // A page elsewhere would be handed the key to the account, a partner's too: the realm's own domains only.
  const page = parseAuthPage(context, redirect_url ?? undefined, here, "redirect_url");
  await limitMessages(c);
  const value = parseEmail(email);
  const hosted = `${context.realm.issuer}${interactionPaths.resetPassword}` as ReturnAddress;
  if (value !== null) await askReset(context, { kind: "email", value }, page ?? hosted, postLater(c));
  return c.json({ message: "If there is such an account, a message is on its way to it." });
}

/** Signs nobody in. */
export async function reset(c: AppContext): Promise<Response> {
  const { token, password } = validate(resetSchema, (await readSingle(c)).body);
  await limitCodes(c);
  try {
    await resetPasswordByLink(c.get("realm"), { token, password }, await resetting(c));
  } catch (error) {
    if (error instanceof Problem && error.reason === "link-invalid") throw new Problem("reset-token-mismatch");
    throw error;
  }
  return c.json({ message: "The password is changed. Sign in with it." });
}
