/** POST /v1/register: makes an account, and signs in to it for the application that asks for it (contract §3). */
import * as z from "zod";
import { sendVerificationLink } from "../../domain/recovery/verification.ts";
import { openSession } from "../../domain/sessions/open-session.ts";
import { createOwnAccount } from "../../domain/sessions/sign-up.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { currentDevice } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { nameSchema } from "../session/profile-fields.ts";
import { enter } from "./enter.ts";
import { readSent, refuseRepeated, type Sent } from "./read-sent.ts";
import { userJson } from "./user-json.ts";

export const registerSchema = z.object({
  email: z.string().max(320),
  password: z.string(),
  name: nameSchema.nullish(),
  first_name: nameSchema.nullish(),
  last_name: nameSchema.nullish(),
});

export async function register(c: AppContext): Promise<Response> {
  const sent = await readSent(c);
  if (["redirect_uri", "request_uri"].some((name) => sent.parameters.get(name) !== undefined))
    return enter(c, sent, async () =>
      openSession(c.get("realm"), await makeAccount(c, sent), ["pwd"], await currentDevice(c)),
    );
  refuseRepeated(sent);
  return c.json({ user: userJson(await makeAccount(c, sent)) }, 201);
}

async function makeAccount(c: AppContext, { body }: Sent): Promise<UserRow> {
  const { email, password, name, first_name: firstName, last_name: lastName } = validate(registerSchema, body);
  const context = c.get("realm");
  await limitPerAddress(c, "sign-up", context.realm.settings.rate_limits.sign_up_per_address_per_minute);
  const user = await createOwnAccount(context, { email, password, name, firstName, lastName });
  if (user.email !== null)
    await sendVerificationLink(context, { kind: "email", value: user.email }, null, postLater(c));
  return user;
}
