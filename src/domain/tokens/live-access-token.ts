import { BearerError } from "../../errors/errors.ts";
import type { LiveGrant } from "../../storage/user-object/user-object.ts";
import type { RealmContext } from "../realm-context.ts";
import { type AccessToken, parseAccessToken, type ShownTo } from "./access-token.ts";

export interface LiveAccessToken {
  readonly token: AccessToken;
  /** Null for a client's own token. */
  readonly grant: LiveGrant | null;
}

/** The token, asked of the user's object: neither revoked, nor its grant, session or user at an end. Throws BearerError. */
export async function checkAccessToken(
  context: RealmContext,
  text: string,
  shownTo: ShownTo = "own-endpoint",
): Promise<LiveAccessToken> {
  const token = await parseAccessToken(context, text, shownTo);
  const { holder, tokenId } = token;
  const client = await context.clients.find(token.clientId);
  if (client === null || client.disabled) throw new BearerError("access-token-revoked", { cause: "client-disabled" });
  if (holder.kind === "client") {
    if (await context.revokedTokens.has(tokenId)) throw new BearerError("access-token-revoked");
    return { token, grant: null };
  }
  const answer = await context.objects.call(holder.userId, (user) => user.grantOfToken(holder.grantId, tokenId));
  if (!answer.ok) throw new BearerError("access-token-revoked", { cause: answer.reason });
  return { token, grant: answer };
}
