/** POST /api/auth/v1/login */
import * as z from "zod";
import { type PasswordCredentials, signInWithPassword } from "../../domain/sessions/sign-in.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { userAnswer } from "./user-json.ts";

export const signInSchema = z.object({
  email: z.string().nullish(),
  username: z.string().nullish().describe("A username, or an e-mail address."),
  password: z.string().nullish().describe("Required."),
});

export async function signIn(c: AppContext): Promise<Response> {
  const credentials = parseCredentials(validate(signInSchema, await readJson(c)));
  const context = c.get("realm");
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const { token, session, profile, activeSessions } = await signInWithPassword(
    context,
    credentials,
    await currentDevice(c),
  );
  sendSession(c, token, session.expiresAt);
  return c.json(userAnswer(c, profile, activeSessions));
}

/** Throws Problem when a name or the password is missing. */
export function parseCredentials(body: z.output<typeof signInSchema>): PasswordCredentials {
  const identifier = [body.email, body.username].find((name) => typeof name === "string" && name.trim() !== "");
  if (!identifier) throw new Problem("identifier-missing", { fields: { email: "missing" } });
  if (!body.password) throw new Problem("password-missing", { fields: { password: "missing" } });
  return { identifier, password: body.password };
}
