/** The rules of a DPoP proof: RFC 9449 §4.3. */
import { limits } from "../../config/limits.ts";
import { DpopProofError, type ProofAlgorithm, verifyDpopProof } from "../../crypto/dpop-proof.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import type { Reason } from "../../errors/reasons.ts";
import type { Spending } from "../../storage/user-object/spent.ts";
import type { RealmContext } from "../realm-context.ts";
import { isFreshNonce } from "./nonce.ts";

/** A proof that is right in itself. Whether it was used before, and whether the key is the one wanted, is asked next. */
export interface Proof {
  /** Thumbprint of the key whose possession it proves (RFC 7638). */
  readonly jkt: string;
  readonly algorithm: ProofAlgorithm;
  /** What using it up is, for the object that decides. Made once for each request, so that a call may be repeated. */
  readonly spending: Spending;
}

/** The request that the proof came with. */
export interface ProvenRequest {
  readonly proof: string;
  readonly method: string;
  /** As the world knows it, without query: never put together from what the caller says of itself. */
  readonly url: string;
  /** Where a token is used, the token. */
  readonly accessToken: string | null;
}

/** How the endpoint refuses: by RFC 6749 §5.2 where tokens are issued, by a challenge where they are used. */
export type Refuse = (reason: Reason, cause?: unknown) => never;

export async function checkProof(context: RealmContext, request: ProvenRequest, refuse: Refuse): Promise<Proof> {
  const now = context.clock.now();
  const { jkt, algorithm, claims } = await verify(request.proof, now, refuse);
  const { htm, htu, iat, jti, ath, nonce } = claims;
  if (htm !== request.method) refuse("dpop-proof-of-another-method");
  if (!isAddress(htu, request.url)) refuse("dpop-proof-of-another-address");
  if (typeof jti !== "string" || jti === "" || jti.length > limits.dpopProofNameChars)
    return refuse("dpop-proof-without-name");
  const windowMs = limits.dpopProofWindowSeconds * 1000;
  if (typeof iat !== "number" || Math.abs(now - iat * 1000) > windowMs) return refuse("dpop-proof-not-recent");
  if (request.accessToken !== null && ath !== (await sha256(request.accessToken)))
    refuse("dpop-proof-of-another-token");
  const wantsNonce = context.realm.settings.dpop_nonce === "required";
  if (wantsNonce && !(await isFreshNonce(context, nonce))) refuse("dpop-nonce-needed");
  const id = `dpop|${await sha256(`${jkt}|${jti}`)}`;
  return { jkt, algorithm, spending: { id, attemptId: randomHandle(16), expiresAt: iat * 1000 + windowMs } };
}

const refusals: Record<DpopProofError["kind"], Reason> = {
  malformed: "dpop-proof-malformed",
  algorithm: "dpop-proof-algorithm-refused",
  key: "dpop-proof-key-refused",
  signature: "dpop-proof-signature-wrong",
  times: "dpop-proof-not-recent",
};

async function verify(proof: string, now: number, refuse: Refuse) {
  try {
    return await verifyDpopProof(proof, { now, toleranceSeconds: limits.clockSkewSeconds });
  } catch (error) {
    if (error instanceof DpopProofError) return refuse(refusals[error.kind], error);
    throw error;
  }
}

/** Compared as addresses, not as texts (RFC 3986 §6.2); query and fragment are not part of it. */
function isAddress(htu: unknown, url: string): boolean {
  if (typeof htu !== "string" || htu.length > limits.urlLength) return false;
  const named = URL.parse(htu);
  return named !== null && named.username === "" && named.password === "" && `${named.origin}${named.pathname}` === url;
}
