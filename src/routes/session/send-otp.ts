/** POST /api/auth/v1/users/send-otp: sends a one-time code. */
import * as z from "zod";
import { type Address, owns } from "../../domain/mail/address.ts";
import { sendAddressCode, sendCode } from "../../domain/one-time-codes/send-code.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { sendOtpCookie } from "../../http/otp-cookie.ts";
import { limitMessages } from "../../http/rate-limit.ts";
import { readJsonOrText } from "../../http/read-body.ts";
import { type CurrentSession, findSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { addressFields, addressIn, emailSchema, findAddressIn } from "./code-fields.ts";

export const sendOtpSchema = z.union([
  z
    .object({
      ...addressFields,
      "always-send": z.boolean().optional().describe("Sent by some callers; it changes nothing."),
    })
    .describe("Signed in, and without an address: one's own."),
  emailSchema.describe("An e-mail address by itself."),
]);

export async function sendOtp(c: AppContext): Promise<Response> {
  const body = validate(sendOtpSchema, await readJsonOrText(c));
  const context = c.get("realm");
  await limitMessages(c);
  const session = await findSession(c);
  const address = wantedAddress(typeof body === "string" ? { email: body } : body, session);
  if (session !== null && !owns(session.profile, address))
    await sendAddressCode(context, session, address, postLater(c));
  else await sendCode(context, address, postLater(c));
  await sendOtpCookie(c, address);
  return c.json({ message: "A code has been sent." });
}

type Wanted = Parameters<typeof findAddressIn>[0];

function wantedAddress(body: Wanted, session: CurrentSession | null): Address {
  const own = session?.profile.email ?? null;
  return findAddressIn(body) ?? (own === null ? addressIn(body) : { kind: "email", value: own });
}
