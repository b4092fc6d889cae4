/** POST /api/v1/users/accounts/link: finishes a hand-over whose address has an account here (contract §5). */
import * as z from "zod";
import { finishLink, type LinkProof, makeFreshAccount } from "../../domain/sources/finish-link.ts";
import { openLinkToken } from "../../domain/sources/link-token.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { currentDevice, findSession, requireSession, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { codeSchema, codeText } from "../session/code-fields.ts";
import { signedInJson } from "./user-json.ts";

export const linkSchema = z
  .object({
    link_token: z.string().min(1).max(4096),
    password: z.string().min(1).optional().describe("Of the account that has the address."),
    otp: codeSchema.optional().describe("A code that /api/auth/v1/users/send-otp has sent to the address."),
    create_new: z.literal(true).optional().describe("Makes a new account, without the address."),
  })
  .refine(
    ({ password, otp, create_new }) => [password, otp, create_new].filter((given) => given !== undefined).length < 2,
    { message: "give one of password, otp and create_new", path: ["password"] },
  )
  .describe("Without a proof, the session of the account counts, if it was opened in the last ten minutes.");

export async function linkByToken(c: AppContext): Promise<Response> {
  const body = validate(linkSchema, await readJson(c));
  const context = c.get("realm");
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const pending = await openLinkToken(context, body.link_token);
  const device = await currentDevice(c);
  const signedIn =
    body.create_new === true
      ? await makeFreshAccount(context, pending, device)
      : await finishLink(context, pending, await proofIn(c, body), device, postLater(c));
  if (signedIn === null) return c.json(signedInJson(await requireSession(c), pending.source));
  sendSession(c, signedIn.token, signedIn.session.expiresAt);
  return c.json(signedInJson(signedIn, pending.source));
}

async function proofIn(c: AppContext, { password, otp }: z.output<typeof linkSchema>): Promise<LinkProof> {
  if (password !== undefined) return { kind: "password", password };
  if (otp !== undefined) return { kind: "code", code: codeText(otp) };
  const live = await findSession(c);
  if (live === null) throw new Problem("link-proof-missing", { fields: { password: "missing" } });
  return { kind: "session", live };
}
