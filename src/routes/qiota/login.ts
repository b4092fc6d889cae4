/** POST /v1/login: the sign-in form of a partner's own site (contract §3). */
import * as z from "zod";
import { type PasswordCredentials, signInWithPassword } from "../../domain/sessions/sign-in.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { currentDevice } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { enter } from "./enter.ts";
import { readSent, type Sent } from "./read-sent.ts";

export const loginSchema = z.object({
  email: z.string().min(1).describe("The e-mail address, or the username."),
  password: z.string().min(1),
});

export async function login(c: AppContext): Promise<Response> {
  const sent = await readSent(c);
  return enter(c, sent, async () => {
    const credentials = credentialsOf(sent);
    const context = c.get("realm");
    await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
    return signInWithPassword(context, credentials, await currentDevice(c));
  });
}

/** A form that was sent off unfinished fails as one with a wrong password does; a program is told what it left out. */
function credentialsOf({ body, asJson }: Sent): PasswordCredentials {
  if (!asJson && !loginSchema.safeParse(body).success) throw new Problem("password-wrong");
  const { email, password } = validate(loginSchema, body);
  return { identifier: email, password };
}
