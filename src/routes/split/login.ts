/** POST /api/auth/login, /api/auth/login/otp and /api/auth/login/guest: sign-ins that give tokens (contract §4). */
import * as z from "zod";
import { parseAddress } from "../../domain/mail/address.ts";
import { openSession } from "../../domain/sessions/open-session.ts";
import { signInWithPassword } from "../../domain/sessions/sign-in.ts";
import { signInWithCode } from "../../domain/sessions/sign-in-with-code.ts";
import { openDirectGrant } from "../../domain/tokens/direct-grant.ts";
import { createGuest } from "../../domain/users/new-user.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { limitGuests, limitPerAddress } from "../../http/rate-limit.ts";
import { readJson, readOptionalJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { codeSchema, codeText, emailSchema, phoneSchema } from "../session/code-fields.ts";
import { parseCredentials } from "../session/sign-in.ts";
import { sendTokens } from "./answer.ts";
import { clientFields, readAsked } from "./client.ts";
import { deviceOf } from "./device.ts";

export const loginSchema = z.object({
  email: z.string().nullish(),
  username: z.string().nullish().describe("A username, or an e-mail address."),
  password: z.string().nullish(),
  ...clientFields,
});

export async function login(c: AppContext): Promise<Response> {
  const body = validate(loginSchema, await readJson(c));
  const { email, username, password } = body;
  const credentials = parseCredentials({ email, username, password });
  await limitSignIns(c);
  const { client, scopes } = await readAsked(c, body);
  const context = c.get("realm");
  const signedIn = await signInWithPassword(context, credentials, deviceOf(c, client));
  return sendTokens(c, await openDirectGrant(context, client, signedIn, scopes));
}

export const loginOtpSchema = z.object({
  email: emailSchema.nullish().describe("This or `phone`: where the code was sent to."),
  phone: phoneSchema.nullish().describe("With its country code: `+4915112345678`."),
  otp: codeSchema,
  autoSignup: z.boolean().nullish().describe("Makes an account when the address has none."),
  ...clientFields,
});

export async function loginOtp(c: AppContext): Promise<Response> {
  const body = validate(loginOtpSchema, await readJson(c));
  const address = parseAddress({ email: body.email, phoneNumber: body.phone });
  await limitSignIns(c);
  const { client, scopes } = await readAsked(c, body);
  const context = c.get("realm");
  const credentials = { address, code: codeText(body.otp), mayMakeAccount: body.autoSignup ?? false };
  const signedIn = await signInWithCode(context, credentials, deviceOf(c, client));
  return sendTokens(c, await openDirectGrant(context, client, signedIn, scopes));
}

export const loginGuestSchema = z.object(clientFields);

export async function loginGuest(c: AppContext): Promise<Response> {
  const body = validate(loginGuestSchema, await readOptionalJson(c));
  const context = c.get("realm");
  if (!context.realm.settings.guests) throw new Problem("guests-off");
  await limitGuests(c);
  const { client, scopes } = await readAsked(c, body);
  const signedIn = await openSession(context, await createGuest(context), ["guest"], deviceOf(c, client));
  const online = scopes.filter((scope) => scope !== "offline_access");
  return sendTokens(c, await openDirectGrant(context, client, signedIn, online));
}

export const limitSignIns = (c: AppContext): Promise<void> =>
  limitPerAddress(c, "sign-in", c.get("realm").realm.settings.rate_limits.sign_in_per_address_per_minute);
