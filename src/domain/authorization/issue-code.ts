/** The code and the grant behind it: RFC 6749 §4.1.2. */
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { datedHandle, randomHandle } from "../../crypto/random.ts";
import type { RealmContext } from "../realm-context.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import type { Standing } from "./next-step.ts";
import { spendPushedRequest } from "./pushed-request.ts";

/**
 * 256 random bits, or what Bridgekeeper's callers expect. The grant is stored before the code is handed out, under the code's hash. A
 * pushed request gives one code: throws PageError when it has given it.
 */
export async function issueCode(
  context: RealmContext,
  request: AuthorizationRequest,
  standing: Standing,
  form: "opaque" | "dated" = "opaque",
): Promise<string> {
  if (request.pushed !== null) await spendPushedRequest(context, request.client, request.pushed);
  const ttlSeconds = limits.authorizationCodeTtlSeconds;
  const expiresAt = context.clock.now() + ttlSeconds * 1000;
  const code = form === "dated" ? datedHandle(expiresAt) : randomHandle(32);
  await context.codes.put(
    await sha256(code),
    {
      type: "authorization-code",
      realmId: context.realm.id,
      clientId: request.client.clientId,
      userId: standing.userId,
      sessionId: standing.sid,
      scopes: request.scopes,
      redirectUri: request.target.uri,
      codeChallenge: request.codeChallenge,
      nonce: request.nonce,
      jkt: request.dpopJkt,
      resources: request.resources,
      claims: request.claims,
      expiresAt,
    },
    ttlSeconds,
  );
  return code;
}
