/** DPoP proofs that come with requests: RFC 9449 §4.1, §5, §8. */
import type { Client } from "../domain/clients/client.ts";
import { requirementsOf } from "../domain/clients/requirements.ts";
import { issueNonce } from "../domain/dpop/nonce.ts";
import { checkProof, type Proof, type ProvenRequest, type Refuse } from "../domain/dpop/proof.ts";
import { checkAlgorithm, spendProof } from "../domain/dpop/spend-proof.ts";
import { originOf } from "../domain/realms/realm.ts";
import { OAuthError } from "../errors/errors.ts";
import type { Exchange } from "./env.ts";
import { hostOf } from "./middleware/realm.ts";

const refuse: Refuse = (reason, cause) => {
  throw new OAuthError(reason, { cause });
};

/**
 * The proof of a request to the token endpoint or its like; null when it brings none. To be read before the client authenticates:
 * a request that is refused for want of a nonce may then be repeated with the same assertion. Throws OAuthError.
 */
export function readProof(c: Exchange): Promise<Proof | null> | null {
  return c.req.header("dpop") === undefined ? null : readSentProof(c);
}

async function readSentProof(c: Exchange): Promise<Proof | null> {
  const request = await provenRequest(c, null);
  return request === null ? null : checkProof(c.get("realm"), request, refuse);
}

/** Uses the proof up where a request gives nothing else to decide about. The thumbprint of its key; null without one. Throws OAuthError. */
export async function proveKey(c: Exchange, client: Client, proof: Proof | null): Promise<string | null> {
  if (proof === null) return null;
  checkAlgorithm(client, proof, refuse);
  await spendProof(c.get("realm"), client, proof);
  return proof.jkt;
}

/** The proof of a request for tokens, by a client that may have to bring one (RFC 9449 §5.2). Throws OAuthError. */
export function checkTokenProof(client: Client, proof: Proof | null): void {
  if (proof !== null) checkAlgorithm(client, proof, refuse);
  else if (requirementsOf(client).boundTokens) refuse("dpop-proof-missing");
}

/** What a proof has to be about; null when there is none. Whoever sends one is told the nonce of the day, be it refused or not. */
export async function provenRequest(c: Exchange, accessToken: string | null): Promise<ProvenRequest | null> {
  const proof = c.req.header("dpop");
  if (proof === undefined) return null;
  const context = c.get("realm");
  if (context.realm.settings.dpop_nonce === "required") c.header("dpop-nonce", await issueNonce(context));
  return { proof, method: c.req.method, url: publicUrl(c), accessToken };
}

/** The address of the request as the world knows it: its port and scheme are the deployment's, whatever the caller claims. */
function publicUrl(c: Exchange): string {
  const { url } = c.req;
  return `${originOf(hostOf(url), c.get("config"))}${new URL(url).pathname}`;
}
