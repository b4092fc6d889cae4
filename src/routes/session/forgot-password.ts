/** POST /api/auth/v1/users/forgot-password: sends a link and a code. The same answer for whatever address it is. */
import * as z from "zod";
import { originOf } from "../../domain/realms/realm.ts";
import { askReset } from "../../domain/recovery/ask-reset.ts";
import { parseAuthPage, type ReturnAddress } from "../../domain/sso/return-address.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { limitMessages } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { addressFields, addressIn } from "./code-fields.ts";

export const forgotPasswordSchema = z.object({
  ...addressFields,
  "redirect-url": z
    .string()
    .max(2048)
    .nullish()
    .describe("A page on a domain of the realm that asks for the new password; it gets the token in its query."),
});

/** The hosted page that asks for the new password. */
const resetPath = "/reset-password";

export async function forgotPassword(c: AppContext): Promise<Response> {
  const body = validate(forgotPasswordSchema, await readJson(c));
  const context = c.get("realm");
  const { issuer } = context.realm;
  // A page elsewhere would be handed the key to the account: the realm's own domains only.
  const here = originOf(hostOf(c.req.url), context.config);
  const page = parseAuthPage(context, body["redirect-url"] ?? undefined, here);
  const address = addressIn(body);
  await limitMessages(c);
  await askReset(context, address, page ?? (`${issuer}${resetPath}` as ReturnAddress), postLater(c));
  return c.json({ message: "If there is such an account, a message is on its way to it." });
}
