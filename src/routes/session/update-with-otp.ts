/** POST /api/auth/v1/users/update-with-otp: proves an address with the code that was sent there. Opens no session. */
import * as z from "zod";
import { type Address, owns } from "../../domain/mail/address.ts";
import { verifyByCode } from "../../domain/recovery/verification.ts";
import { confirmAddress } from "../../domain/users/change-address.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { clearOtpCookie, readOtpCookie } from "../../http/otp-cookie.ts";
import { limitCodes } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { type CurrentSession, findSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { addressFields, codeSchema, codeText, emailSchema, findAddressIn, phoneSchema } from "./code-fields.ts";

export const updateWithOtpSchema = z.object({
  otp: codeSchema,
  user: z
    .object({ email: emailSchema.nullish(), "login-phone-number": phoneSchema.nullish() })
    .nullish()
    .describe("The address the code was sent to; without it, the one of the last send-otp in this browser."),
  ...addressFields,
});

export async function updateWithOtp(c: AppContext): Promise<Response> {
  const body = validate(updateWithOtpSchema, await readJson(c));
  await limitCodes(c);
  const session = await findSession(c);
  const asked = await readOtpCookie(c);
  if (session === null && asked === null) throw new Problem("session-missing");
  const address = provenAddress(findAddressIn(body.user ?? {}) ?? findAddressIn(body), session, asked);
  const context = c.get("realm");
  const typed = { address, code: codeText(body.otp) };
  if (session !== null && !owns(session.profile, address))
    await confirmAddress(context, session.claimed, typed, postLater(c));
  else await verifyByCode(context, typed, session?.claimed ?? null);
  clearOtpCookie(c);
  return c.json({ message: "The address is confirmed." });
}

/** Without a session it is the one this browser had a code sent to, whatever the body says. */
function provenAddress(named: Address | null, session: CurrentSession | null, asked: Address | null): Address {
  if (session === null && asked !== null) return asked;
  const own = session?.profile.email ?? null;
  const address = named ?? asked ?? (own === null ? null : { kind: "email" as const, value: own });
  if (address === null) throw new Problem("identifier-missing", { fields: { user: "missing" } });
  return address;
}
