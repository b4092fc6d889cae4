/** POST /api/auth/v1/login/:provider and /api/login/:provider: an app shows a token that it got from the provider by itself. */
import * as z from "zod";
import { userOfIdentity } from "../../domain/federation/account-of-identity.ts";
import type { Provider } from "../../domain/federation/provider.ts";
import { getProvider, owesSecondFactor, requireOpen } from "../../domain/federation/sign-in.ts";
import { guessToken, identifyByToken, type UpstreamToken } from "../../domain/federation/token.ts";
import { openSession } from "../../domain/sessions/open-session.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readJson } from "../../http/read-body.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { profileOf } from "../../storage/profile.ts";
import { userAnswer } from "./user-json.ts";

const token = z.string().min(1).max(16_384);

export const socialTokenSchema = z.object({
  token: z
    .union([
      token,
      z.object({
        "id-token": token.nullish(),
        "access-token": token.nullish(),
        nonce: z.string().max(512).nullish().describe("What the ID token has to repeat, when one was asked for."),
      }),
    ])
    .describe(
      "Made out to one of this realm's own client ids at the provider. An ID token counts before an access token.",
    ),
  "set-session": z
    .boolean()
    .nullish()
    .describe("False answers who it is and opens no session, unless a second factor is owed first."),
});

export async function socialToken(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const provider = await getProvider(context, c.req.param("provider") ?? "");
  requireOpen(provider);
  const body = validate(socialTokenSchema, await readJson(c));
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const identity = await identifyByToken(context, provider, shownToken(provider, body.token));
  const user = await userOfIdentity(context, provider, identity);
  if (user.disabledAt !== null) throw new Problem("user-not-allowed");
  if (body["set-session"] === false && !(await owesSecondFactor(context, user)))
    return c.json(userAnswer(c, profileOf(user), 0));
  const { token, session, profile, activeSessions } = await openSession(context, user, ["fed"], await currentDevice(c));
  sendSession(c, token, session.expiresAt);
  return c.json(userAnswer(c, profile, activeSessions));
}

export function shownToken(provider: Provider, shown: z.output<typeof socialTokenSchema>["token"]): UpstreamToken {
  if (typeof shown === "string") return guessToken(provider, shown);
  const { "id-token": idToken, "access-token": accessToken, nonce = null } = shown;
  if (idToken) return { kind: "id-token", token: idToken, nonce };
  if (accessToken) return { kind: "access-token", token: accessToken };
  throw new Problem("body-invalid", { fields: { token: "missing" } });
}
