/** POST /api/auth/v1/signup */
import * as z from "zod";
import { openSession } from "../../domain/sessions/open-session.ts";
import { createOwnAccount, type OwnAccount } from "../../domain/sessions/sign-up.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { profileOf } from "../../storage/profile.ts";
import { metadataSchema, nameSchema } from "./profile-fields.ts";
import { userAnswer } from "./user-json.ts";

export const signUpSchema = z.object({
  name: nameSchema.nullish(),
  email: z.string().max(320).nullish(),
  username: z.string().max(320).nullish().describe("A name, or the e-mail address again."),
  password: z.string().nullish().describe("Required."),
  "first-name": nameSchema.nullish(),
  "last-name": nameSchema.nullish(),
  metadata: metadataSchema.nullish(),
  "dont-login": z.boolean().default(false).describe("Makes the account without opening a session."),
});

export async function signUp(c: AppContext): Promise<Response> {
  const body = validate(signUpSchema, await readJson(c));
  const context = c.get("realm");
  await limitPerAddress(c, "sign-up", context.realm.settings.rate_limits.sign_up_per_address_per_minute);
  const user = await createOwnAccount(context, signUpInput(body));
  if (body["dont-login"]) return c.json(userAnswer(c, profileOf(user), 0));
  const { token, session, profile, activeSessions } = await openSession(context, user, ["pwd"], await currentDevice(c));
  sendSession(c, token, session.expiresAt);
  return c.json(userAnswer(c, profile, activeSessions));
}

export const signUpInput = (body: z.output<typeof signUpSchema>): OwnAccount => ({
  name: body.name,
  email: body.email,
  username: body.username,
  password: body.password,
  firstName: body["first-name"],
  lastName: body["last-name"],
  metadata: body.metadata ?? {},
});
