/** GET /api/auth/user-context: who stands behind an access token, for gateways in front of internal services (contract §4). */
import * as z from "zod";
import { tokenTypeOf } from "../../domain/grants/grant.ts";
import type { LiveAccessToken } from "../../domain/tokens/live-access-token.ts";
import { BearerError } from "../../errors/errors.ts";
import { checkHeaderToken, headerToken } from "../../http/bearer.ts";
import type { AppContext } from "../../http/env.ts";
import { encodeTextBase64Url } from "../../lib/base64url.ts";

export const userContextSchema = z.object({
  id: z.string().describe("The user's id, as in `sub`."),
  clientId: z.string().optional(),
  authorization: z
    .object({ tokenType: z.string(), accessToken: z.string().describe("A JWT that services verify by themselves.") })
    .optional(),
  user: z
    .object({
      id: z.string(),
      guest: z.boolean(),
      roles: z.array(z.string()).optional(),
      email: z.string().nullish(),
      emailVerified: z.boolean().optional(),
      phoneNumber: z.string().nullish(),
      phoneVerified: z.boolean().optional(),
      username: z.string().nullish(),
      name: z.string().nullish(),
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
      avatarUrl: z.string().nullish(),
      externalId: z.string().nullish(),
    })
    .optional()
    .describe("As far as the token's scopes go: `roles`, `email`, `phone`, `profile`."),
  data: z.object({ scope: z.string(), sessionId: z.string(), accessTokenExpiresAt: z.iso.datetime() }).optional(),
});

export type UserContext = z.output<typeof userContextSchema>;

/** What services behind a gateway are told. The token stands in the header `authorization`, as they know it from everywhere. */
export interface GatewayHeaders {
  readonly "x-user-context": string;
  readonly authorization: string;
}

export async function userContext(c: AppContext): Promise<Response> {
  const { context, headers } = await requireUserContext(c);
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return c.json(context);
}

/** The live user behind the request, by its access token in the header: no cookie counts here. Throws BearerError. */
export async function requireUserContext(c: AppContext): Promise<{ context: UserContext; headers: GatewayHeaders }> {
  const shown = headerToken(c);
  if (shown === null) throw new BearerError("access-token-missing");
  const live = await checkHeaderToken(c, shown);
  const { authorization, ...told } = contextOf(live);
  return {
    context: { ...told, authorization },
    headers: {
      "x-user-context": encodeTextBase64Url(JSON.stringify(told)),
      authorization: `Bearer ${authorization.accessToken}`,
    },
  };
}

/** Throws BearerError for a client's own token: there is no user behind it. */
function contextOf({ token, grant }: LiveAccessToken) {
  if (grant === null) throw new BearerError("token-of-a-client");
  const { profile } = grant;
  const id = String(profile.id);
  const has = (scope: string): boolean => token.scopes.includes(scope);
  const { email, emailVerified, phoneNumber, phoneVerified, username, name, firstName, lastName } = profile;
  return {
    id,
    clientId: token.clientId,
    user: {
      id,
      guest: profile.guest,
      ...(has("roles") ? { roles: [...profile.roles] } : {}),
      ...(has("email") ? { email, emailVerified } : {}),
      ...(has("phone") ? { phoneNumber, phoneVerified } : {}),
      ...(has("profile")
        ? { username, name, firstName, lastName, avatarUrl: profile.avatarUrl, externalId: profile.externalId }
        : {}),
    },
    data: {
      scope: token.scopes.join(" "),
      sessionId: grant.grant.sid,
      accessTokenExpiresAt: new Date(token.expiresAt * 1000).toISOString(),
    },
    authorization: { tokenType: tokenTypeOf(token.jkt), accessToken: token.jwt },
  };
}
