/** /admin/v1/realms/:realm/users/:user/password-reset: a way back in for a user, whose next password no operator knows. */
import * as z from "zod";
import type { Operator } from "../../domain/admin/operator.ts";
import { mailResetAs, makeTemporaryPasswordAs } from "../../domain/recovery/reset-by-operator.ts";
import type { ReturnAddress } from "../../domain/sso/return-address.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { resetPasswordPath } from "../../http/password-change.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { timeJson, timeSchema } from "./time-json.ts";
import { userOfPath } from "./user-of-path.ts";

export const passwordResetSchema = z.strictObject({
  by: z
    .enum(["mail", "temporary-password"])
    .default("mail")
    .describe(
      "`mail` sends the user a link and a code, and changes nothing yet. `temporary-password` answers with a new password and ends all sessions and tokens.",
    ),
});

export const passwordResetAnswerSchema = z.object({
  by: z.enum(["mail", "temporary-password"]),
  temporary_password: z
    .string()
    .optional()
    .describe("Shown this once. It signs nobody in: it lets the user choose another."),
  expires_at: timeSchema.describe("Of the link, or of the temporary password."),
});

export async function postPasswordReset(c: AppContext, operator: Operator): Promise<Response> {
  const user = await userOfPath(c);
  const { by } = validate(passwordResetSchema, await readOptionalJson(c));
  const context = c.get("realm");
  c.set("auditDetails", { by });
  if (by === "mail") {
    const page = `${context.realm.issuer}${resetPasswordPath}` as ReturnAddress;
    const expiresAt = await mailResetAs(operator, context, user, page, postLater(c));
    return c.json({ by, expires_at: timeJson(expiresAt) });
  }
  const made = await makeTemporaryPasswordAs(operator, context, user, postLater(c));
  return c.json({
    by,
    temporary_password: made.password,
    expires_at: timeJson(made.user.passwordExpiresAt ?? context.clock.now()),
  });
}
