/** POST /token: RFC 6749 §3.2. The endpoint owns the steps that every grant shares; a grant adds only its own. */

import { noteFirstToken } from "../../domain/clients/first-token.ts";
import { grantTypes } from "../../domain/clients/metadata.ts";
import { grants } from "../../domain/grants/index.ts";
import { OAuthError } from "../../errors/errors.ts";
import { requireClient } from "../../http/client-auth.ts";
import { checkTokenProof, readProof } from "../../http/dpop.ts";
import type { Exchange } from "../../http/env.ts";
import { readForm } from "../../http/read-body.ts";

export async function token(c: Exchange): Promise<Response> {
  const parameters = await readForm(c);
  const proof = await readProof(c);
  const client = await requireClient(c, parameters);
  const asked = parameters.get("grant_type");
  if (asked === undefined) throw new OAuthError("parameter-missing", { detail: "grant_type is missing." });
  const grantType = grantTypes.find((known) => known === asked);
  if (grantType === undefined) throw new OAuthError("grant-type-unknown");
  if (!client.metadata.grant_types.includes(grantType)) throw new OAuthError("grant-type-not-registered");
  checkTokenProof(client, proof);
  const context = c.get("realm");
  const answer = await grants[grantType](context, { client, parameters, proof, jkt: proof?.jkt ?? null });
  context.audit.countToken(grantType, client.clientId);
  await noteFirstToken(context, client);
  return c.json(answer);
}
