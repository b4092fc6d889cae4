/** POST /api/auth/v1/users/reset-password by a code, /users/reset-password-with-token by a link. Neither signs in. */
import * as z from "zod";
import { type Resetting, resetPasswordByCode, resetPasswordByLink } from "../../domain/recovery/reset-password.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitCodes } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { claimedSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { addressFields, addressIn, codeSchema, codeText } from "./code-fields.ts";

export const resetPasswordSchema = z.object({
  ...addressFields,
  otp: codeSchema.describe("From forgot-password, or from send-otp."),
  "new-password": z.string(),
});

export const resetWithTokenSchema = z.object({
  token: z.string().max(4096),
  "new-password": z.string(),
  "confirm-password": z.string().nullish(),
});

const done = { message: "Password was successfully reset." };

export async function resetPassword(c: AppContext): Promise<Response> {
  const body = validate(resetPasswordSchema, await readJson(c));
  await limitCodes(c);
  const typed = { address: addressIn(body), code: codeText(body.otp), password: body["new-password"] };
  await resetPasswordByCode(c.get("realm"), typed, await resetting(c));
  return c.json(done);
}

export async function resetPasswordWithToken(c: AppContext): Promise<Response> {
  const body = validate(resetWithTokenSchema, await readJson(c));
  await limitCodes(c);
  const password = body["new-password"];
  if ((body["confirm-password"] ?? password) !== password)
    throw new Problem("passwords-differ", { fields: { "confirm-password": "differs" } });
  await resetPasswordByLink(c.get("realm"), { token: body.token, password }, await resetting(c));
  return c.json(done);
}

export const resetting = async (c: AppContext): Promise<Resetting> => ({
  session: await claimedSession(c),
  post: postLater(c),
});
