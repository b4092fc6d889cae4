import * as z from "zod";
import type { DirectTokens } from "../../domain/tokens/direct-grant.ts";
import type { AppContext } from "../../http/env.ts";

const isoTime = z.iso.datetime();

/** As the clients of the split token know it. */
export const oauthTokenSchema = z.object({
  accessToken: z.string().describe("The signature of a JWT: 86 characters."),
  accessTokenExpiresAt: isoTime,
  refreshToken: z.string().optional().describe("Each use gives a new one."),
  refreshTokenExpiresAt: isoTime.optional().describe("Never, where it is missing: a guest's."),
  scope: z.string(),
  userId: z.string(),
  clientId: z.string(),
  message: z.string().optional(),
});

export function sendTokens(c: AppContext, { tokens, grant, profile, client }: DirectTokens): Response {
  const lifetimeMs = c.get("realm").realm.settings.access_token_ttl_seconds * 1000;
  const refreshable = tokens.refresh_token !== undefined;
  const answer: z.output<typeof oauthTokenSchema> = {
    accessToken: tokens.access_token,
    // Tokens count in whole seconds.
    accessTokenExpiresAt: iso(Math.floor(grant.rotatedAt / 1000) * 1000 + lifetimeMs),
    ...(refreshable ? { refreshToken: tokens.refresh_token } : {}),
    ...(refreshable && !profile.guest ? { refreshTokenExpiresAt: iso(grant.refreshableUntil) } : {}),
    scope: tokens.scope,
    userId: String(profile.id),
    clientId: client.clientId,
  };
  return c.json(answer);
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
