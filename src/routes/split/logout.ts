/** POST /api/auth/logout: the sign-in that gave the token is over, and with it all its tokens (contract §4). */
import * as z from "zod";
import { readRefreshToken } from "../../domain/tokens/refresh-token.ts";
import { BearerError, Problem } from "../../errors/errors.ts";
import { checkHeaderToken, headerToken } from "../../http/bearer.ts";
import type { AppContext } from "../../http/env.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { clientOfGrant } from "./refresh-token.ts";

export const logoutSchema = z.object({
  refreshToken: z
    .string()
    .max(512)
    .nullish()
    .describe("For an app whose access token has expired: this, and no Authorization header."),
});

export async function logout(c: AppContext): Promise<Response> {
  const { refreshToken } = validate(logoutSchema, await readOptionalJson(c));
  if (headerToken(c) === null && refreshToken) await endByRefreshToken(c, refreshToken);
  else await endByAccessToken(c);
  return c.body(null, 204);
}

async function endByAccessToken(c: AppContext): Promise<void> {
  const shown = headerToken(c);
  if (shown === null) throw new BearerError("access-token-missing");
  const { grant } = await checkHeaderToken(c, shown);
  if (grant === null) throw new BearerError("token-of-a-client");
  await c.get("realm").objects.call(grant.profile.id, (user) => user.revokeGrant(grant.grant.id, grant.grant.clientId));
}

async function endByRefreshToken(c: AppContext, text: string): Promise<void> {
  const context = c.get("realm");
  const token = await readRefreshToken(context, text);
  if (token === null) throw new Problem("own-refresh-token-invalid");
  const client = await clientOfGrant(c, token);
  await context.objects.call(token.userId, (user) => user.revokeGrant(token.grantId, client.clientId));
}
