/** POST /api/auth/v1/login */
import * as z from "zod";
import { type PasswordCredentials, signInWithPassword } from "../../domain/sessions/sign-in.ts";
import { signInWithCode } from "../../domain/sessions/sign-in-with-code.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { addressIn, codeSchema, codeText, phoneSchema } from "./code-fields.ts";
import { flagSchema, isYes } from "./flag.ts";
import { userAnswer } from "./user-json.ts";

export const signInSchema = z.object({
  email: z.string().nullish(),
  username: z.string().nullish().describe("A username, or an e-mail address."),
  password: z.string().nullish().describe("Required, or `otp`."),
  "phone-number": phoneSchema.nullish().describe("With a code only."),
  "login-phone-number": phoneSchema.nullish().describe("The same as `phone-number`."),
  otp: codeSchema.nullish().describe("A code that was sent to the address, in place of the password."),
  "auto-signup": flagSchema.nullish().describe("Makes an account when the address of the code has none."),
});

type SignInBody = z.output<typeof signInSchema>;

export async function signIn(c: AppContext): Promise<Response> {
  const body = validate(signInSchema, await readJson(c));
  const signedInBy = isCode(body.otp) ? byCode(c, body, body.otp) : byPassword(c, body);
  const { rate_limits } = c.get("realm").realm.settings;
  await limitPerAddress(c, "sign-in", rate_limits.sign_in_per_address_per_minute);
  const { token, session, profile, activeSessions } = await signedInBy();
  sendSession(c, token, session.expiresAt);
  return c.json(userAnswer(c, profile, activeSessions));
}

export const isCode = (otp: SignInBody["otp"]): otp is string | number =>
  otp !== undefined && otp !== null && otp !== "";

function byCode(c: AppContext, body: SignInBody, otp: string | number) {
  const credentials = {
    address: addressIn(body),
    code: codeText(otp),
    mayMakeAccount: isYes(body["auto-signup"]),
  };
  return async () => signInWithCode(c.get("realm"), credentials, await currentDevice(c));
}

function byPassword(c: AppContext, body: SignInBody) {
  const credentials = parseCredentials(body);
  return async () => signInWithPassword(c.get("realm"), credentials, await currentDevice(c));
}

/** Throws Problem when a name or the password is missing. */
export function parseCredentials(body: SignInBody): PasswordCredentials {
  const identifier = [body.email, body.username].find((name) => typeof name === "string" && name.trim() !== "");
  if (!identifier) throw new Problem("identifier-missing", { fields: { email: "missing" } });
  if (!body.password) throw new Problem("password-missing", { fields: { password: "missing" } });
  return { identifier, password: body.password };
}
