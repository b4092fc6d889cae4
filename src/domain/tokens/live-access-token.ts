import { BearerError } from "../../errors/errors.ts";
import type { LiveGrant } from "../../storage/user-object/grants-object.ts";
import { clientOfToken } from "../clients/client-of-token.ts";
import type { Proof, Refuse } from "../dpop/proof.ts";
import { checkAlgorithm, spendProof } from "../dpop/spend-proof.ts";
import type { RealmContext } from "../realm-context.ts";
import { type AccessToken, parseAccessToken, type ShownTo } from "./access-token.ts";

export interface LiveAccessToken {
  readonly token: AccessToken;
  /** Null for a client's own token. */
  readonly grant: LiveGrant | null;
}

/**
 * The token, asked of the user's object: neither revoked, nor its grant, session or user at an end. Says nothing about who shows it:
 * that is for whoever takes it in exchange for something (presented-token.ts). Throws BearerError.
 */
export async function checkAccessToken(
  context: RealmContext,
  text: string,
  shownTo: ShownTo = "own-endpoint",
): Promise<LiveAccessToken> {
  return checkLive(context, await parseAccessToken(context, text, shownTo), null);
}

/** The same for a token that has been read; the proof that came with it is spent in the same call. Throws BearerError. */
export async function checkLive<Token extends Pick<AccessToken, "holder" | "tokenId" | "clientId">>(
  context: RealmContext,
  token: Token,
  proof: Proof | null,
): Promise<{ readonly token: Token; readonly grant: LiveGrant | null }> {
  const { holder, tokenId } = token;
  const client = await clientOfToken(context, token.clientId);
  if (client === null || client.disabled) throw new BearerError("access-token-revoked", { cause: "client-disabled" });
  if (proof !== null) checkAlgorithm(client, proof, refuseToken);
  if (holder.kind === "client") {
    if (await context.revokedTokens.has(tokenId)) throw new BearerError("access-token-revoked");
    await spendProof(context, client, proof, refuseToken);
    return { token, grant: null };
  }
  const spending = proof?.spending ?? null;
  const answer = await context.objects.read(holder.userId, (user) =>
    user.grantOfToken(holder.grantId, tokenId, spending),
  );
  if (answer.ok) {
    await checkGrantee(context, token, answer);
    return { token, grant: answer };
  }
  throw answer.reason === "dpop-proof-replayed"
    ? new BearerError(answer.reason)
    : new BearerError("access-token-revoked", { cause: answer.reason });
}

/** A token that was got in exchange hangs on the grant of another client: when that client is gone, so is this (RFC 8693). */
async function checkGrantee(
  context: RealmContext,
  token: Pick<AccessToken, "clientId">,
  { grant }: LiveGrant,
): Promise<void> {
  if (grant.clientId === token.clientId) return;
  const grantee = await clientOfToken(context, grant.clientId);
  if (grantee === null || grantee.disabled) throw new BearerError("access-token-revoked", { cause: "client-disabled" });
}

/** Answered by a challenge. */
export const refuseToken: Refuse = (reason, cause) => {
  throw new BearerError(reason, { cause });
};
