/** POST /api/auth/v1/signup */
import * as z from "zod";
import { carryOver, nameGuest } from "../../domain/sessions/guest-sign-up.ts";
import { openSession } from "../../domain/sessions/open-session.ts";
import { amrOf, signUpWithCode } from "../../domain/sessions/sign-in-with-code.ts";
import { type CreateUser, createOwnAccount, type OwnAccount } from "../../domain/sessions/sign-up.ts";
import { createUser } from "../../domain/users/new-user.ts";
import { checkHeaderToken, headerToken } from "../../http/bearer.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { profileOf } from "../../storage/profile.ts";
import type { LiveGrant } from "../../storage/user-object/grants-object.ts";
import { addressIn, codeSchema, codeText, phoneSchema } from "./code-fields.ts";
import { flagSchema, isYes } from "./flag.ts";
import { metadataSchema, nameSchema } from "./profile-fields.ts";
import { isCode } from "./sign-in.ts";
import { userAnswer } from "./user-json.ts";

export const signUpSchema = z.object({
  name: nameSchema.nullish(),
  email: z.string().max(320).nullish(),
  username: z.string().max(320).nullish().describe("A name, or the e-mail address again."),
  password: z.string().nullish().describe("Required, unless there is an `otp`."),
  "login-phone-number": phoneSchema.nullish().describe("With a code only."),
  "phone-number": phoneSchema.nullish().describe("The same as `login-phone-number`."),
  otp: codeSchema.nullish().describe("A code that was sent to the address, which is confirmed by it."),
  "first-name": nameSchema.nullish(),
  "last-name": nameSchema.nullish(),
  metadata: metadataSchema.nullish(),
  "dont-login": flagSchema.nullish().describe("True makes the account without opening a session."),
});

type SignUpBody = z.output<typeof signUpSchema>;

export async function signUp(c: AppContext): Promise<Response> {
  const body = validate(signUpSchema, await readJson(c));
  const context = c.get("realm");
  await limitPerAddress(c, "sign-up", context.realm.settings.rate_limits.sign_up_per_address_per_minute);
  const guest = await findGuest(c);
  const { user, amr } = await makeAccount(c, body, guest);
  const carried = guest === null ? null : await carryOver(context, user, guest, amr);
  if (isYes(body["dont-login"])) return c.json(userAnswer(c, profileOf(user), 0));
  const { token, session, profile, activeSessions } =
    carried ?? (await openSession(context, user, amr, await currentDevice(c)));
  sendSession(c, token, session.expiresAt);
  return c.json(userAnswer(c, profile, activeSessions));
}

/** A guest that keeps its user id by this; anybody else's access token says nothing here. Throws BearerError. */
async function findGuest(c: AppContext): Promise<LiveGrant | null> {
  const shown = headerToken(c);
  const grant = shown === null ? null : (await checkHeaderToken(c, shown)).grant;
  return grant?.profile.guest === true ? grant : null;
}

async function makeAccount(
  c: AppContext,
  body: SignUpBody,
  guest: LiveGrant | null,
): Promise<{ user: UserRow; amr: readonly string[] }> {
  const context = c.get("realm");
  const create: CreateUser = guest === null ? createUser : (realm, input) => nameGuest(realm, guest.profile.id, input);
  if (!isCode(body.otp)) return { user: await createOwnAccount(context, signUpInput(body), create), amr: ["pwd"] };
  const address = addressIn(body);
  const { email: _, ...account } = signUpInput(body);
  const user = await signUpWithCode(context, { address, code: codeText(body.otp) }, account, create);
  return { user, amr: amrOf(address) };
}

export const signUpInput = (body: SignUpBody): OwnAccount => ({
  name: body.name,
  email: body.email,
  username: body.username,
  password: body.password,
  firstName: body["first-name"],
  lastName: body["last-name"],
  metadata: body.metadata ?? {},
});
