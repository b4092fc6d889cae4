/** An access token as its holder presents it: RFC 6750 §2, RFC 9449 §7. */
import { BearerError } from "../../errors/errors.ts";
import { checkProof, type ProvenRequest } from "../dpop/proof.ts";
import type { RealmContext } from "../realm-context.ts";
import { parseAccessToken } from "./access-token.ts";
import { checkLive, type LiveAccessToken, refuseToken } from "./live-access-token.ts";

export interface PresentedToken {
  readonly text: string;
  readonly scheme: "Bearer" | "DPoP";
  /** Null when the request holds none. */
  readonly proof: ProvenRequest | null;
}

/**
 * A bound token is worth something with a proof of its key alone, and a token that is not bound is not to be passed off as one
 * (§7.2). Throws BearerError.
 */
export async function checkPresentedToken(
  context: RealmContext,
  { text, scheme, proof: proven }: PresentedToken,
): Promise<LiveAccessToken> {
  const token = await parseAccessToken(context, text);
  if (scheme === "Bearer") {
    if (token.jkt !== null) throw new BearerError("access-token-bound");
    return checkLive(context, token, null);
  }
  if (token.jkt === null) throw new BearerError("access-token-not-bound");
  if (proven === null) throw new BearerError("dpop-proof-missing");
  const proof = await checkProof(context, proven, refuseToken);
  if (proof.jkt !== token.jkt) throw new BearerError("dpop-proof-of-another-key");
  return checkLive(context, token, proof);
}
