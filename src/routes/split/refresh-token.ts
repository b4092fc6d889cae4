/** POST /api/auth/refresh-token: RFC 6749 §6 by another name (contract §4). */
import * as z from "zod";
import type { Client } from "../../domain/clients/client.ts";
import { refreshDirectGrant } from "../../domain/tokens/direct-grant.ts";
import { type RefreshToken, readRefreshToken } from "../../domain/tokens/refresh-token.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import { sendTokens } from "./answer.ts";
import { clientFields, readClient } from "./client.ts";

export const refreshTokenSchema = z.object({
  refreshToken: z.string().min(1).max(512),
  clientId: clientFields.clientId,
});

export async function refreshToken(c: AppContext): Promise<Response> {
  const body = validate(refreshTokenSchema, await readJson(c));
  const context = c.get("realm");
  const token = await readRefreshToken(context, body.refreshToken);
  if (token === null) throw new Problem("own-refresh-token-invalid");
  const client = await (body.clientId ? readClient(c, body.clientId) : clientOfGrant(c, token));
  return sendTokens(c, await refreshDirectGrant(context, client, token));
}

/** Clients of this surface need not say who they are; one that is confidential has to prove it all the same. */
export async function clientOfGrant(c: AppContext, token: RefreshToken): Promise<Client> {
  const clientId = await c.get("realm").objects.call(token.userId, (user) => user.clientOfGrant(token.grantId));
  // The token is genuine: what it named is long over.
  if (clientId === null) throw new Problem("own-refresh-token-expired");
  return readClient(c, clientId);
}
