/** A proof counts once, for a client that may sign that way: RFC 9449 §5.2, §11.1, FAPI 2.0 Security Profile §5.4.1. */
import { OAuthError } from "../../errors/errors.ts";
import type { Client } from "../clients/client.ts";
import { fapiAlgorithms } from "../clients/client-keys.ts";
import { requirementsOf } from "../clients/requirements.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Proof, Refuse } from "./proof.ts";

export function checkAlgorithm(client: Client, { algorithm }: Proof, refuse: Refuse): void {
  if (requirementsOf(client).fapi2 && !fapiAlgorithms.includes(algorithm)) refuse("dpop-proof-algorithm-refused");
}

const refuseRequest: Refuse = (reason) => {
  throw new OAuthError(reason);
};

/** Where no user's object is asked, one of the client's decides. The client has proven itself, or has been held back. */
export function spendProof(
  context: RealmContext,
  client: Client,
  proof: Proof | null,
  refuse: Refuse = refuseRequest,
): Promise<void> | null {
  return proof === null ? null : spend(context, client, proof, refuse);
}

async function spend(context: RealmContext, client: Client, proof: Proof, refuse: Refuse): Promise<void> {
  if (!(await context.objects.spendForClient(client.clientId, proof.spending))) refuse("dpop-proof-replayed");
}
