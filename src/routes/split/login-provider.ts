/** POST /api/auth/login/:provider: an app shows a token that it got from an upstream provider by itself (contract §4). */
import * as z from "zod";
import { userOfIdentity } from "../../domain/federation/account-of-identity.ts";
import { getProvider, requireOpen } from "../../domain/federation/sign-in.ts";
import { identifyByToken } from "../../domain/federation/token.ts";
import { openSession } from "../../domain/sessions/open-session.ts";
import { openDirectGrant } from "../../domain/tokens/direct-grant.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { shownToken } from "../session/social-token.ts";
import { sendTokens } from "./answer.ts";
import { clientFields, readAsked } from "./client.ts";
import { deviceOf } from "./device.ts";
import { limitSignIns } from "./login.ts";

const token = z.string().min(1).max(16_384);

export const loginProviderSchema = z.object({
  token: z
    .union([token, z.object({ idToken: token.nullish(), accessToken: token.nullish() })])
    .nullish()
    .describe(
      "An ID token or an access token, made out to one of this realm's own client ids at the provider; as a text, or by its kind.",
    ),
  idToken: token.nullish().describe("The same, beside it."),
  accessToken: token.nullish(),
  nonce: z.string().max(512).nullish().describe("What the ID token has to repeat, when one was asked for."),
  ...clientFields,
});

export async function loginProvider(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const provider = await getProvider(context, c.req.param("provider") ?? "");
  requireOpen(provider);
  const body = validate(loginProviderSchema, await readJson(c));
  await limitSignIns(c);
  const { client, scopes } = await readAsked(c, body);
  const shown = shownToken(provider, tokenIn(body));
  const user = await userOfIdentity(context, provider, await identifyByToken(context, provider, shown));
  if (user.disabledAt !== null) throw new Problem("user-not-allowed");
  const signedIn = await openSession(context, user, ["fed"], deviceOf(c, client));
  return sendTokens(c, await openDirectGrant(context, client, signedIn, scopes));
}

function tokenIn({ token, nonce, ...beside }: z.output<typeof loginProviderSchema>): Parameters<typeof shownToken>[1] {
  if (typeof token === "string") return token;
  const { idToken, accessToken } = token ?? beside;
  return { "id-token": idToken, "access-token": accessToken, nonce };
}
