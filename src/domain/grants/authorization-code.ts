/** grant_type=authorization_code: RFC 6749 §4.1.3, RFC 7636 §4.6, OIDC Core §3.1.3. */

import { limits } from "../../config/limits.ts";
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { OAuthError } from "../../errors/errors.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { CodeGrant } from "../../storage/kv/authorization-code-store.ts";
import { recordTheft } from "../audit/record-theft.ts";
import { scopesToConsent } from "../authorization/next-step.ts";
import type { RealmContext } from "../realm-context.ts";
import { grantTerms } from "../tokens/grant-terms.ts";
import { issueUserTokens } from "../tokens/issue-user-tokens.ts";
import { isNarrower, resourcesOf, usableResources } from "../tokens/resources.ts";
import type { Grant, TokenRequest } from "./grant.ts";

export const authorizationCodeGrant: Grant = async (context, request) => {
  const { client, parameters, jkt } = request;
  const code = parameters.get("code");
  if (code === undefined) throw new OAuthError("parameter-missing", { detail: "code is missing." });
  const grant = await context.codes.find(await sha256(code.slice(0, 512)));
  if (grant === null) throw new OAuthError("code-unknown");
  if (grant.clientId !== client.clientId) throw new OAuthError("code-of-another-client");
  if (grant.expiresAt <= context.clock.now()) throw new OAuthError("code-expired");
  checkRedirectUri(grant, parameters);
  await checkCodeVerifier(grant, parameters);
  if (grant.jkt !== null && grant.jkt !== jkt) throw new OAuthError("code-of-another-key");
  const audience = audienceOf(context, request, grant);

  // Everything about the caller is right. From here on only the user's object decides: once.
  const redeemed = await redeem(context, request, grant, code);
  return issueUserTokens(context, client, redeemed, {
    scopes: redeemed.grant.scopes,
    audience,
    nonce: grant.nonce,
    jkt,
  });
};

/** Who the token is for: what was asked for at first, or less of it (RFC 8707 §2.2). */
function audienceOf(context: RealmContext, { client, parameters }: TokenRequest, grant: CodeGrant): readonly string[] {
  const asked = resourcesOf(context, client, parameters);
  if (asked === null || !isNarrower(asked, grant.resources)) throw new OAuthError("resource-unknown");
  const audience = usableResources(context, client, asked.length === 0 ? grant.resources : asked);
  if (audience.length === 0) throw new OAuthError("resource-unknown");
  return audience;
}

function checkRedirectUri(grant: CodeGrant, parameters: Parameters): void {
  if (parameters.get("redirect_uri") !== grant.redirectUri) throw new OAuthError("redirect-uri-differs");
}

async function checkCodeVerifier(grant: CodeGrant, parameters: Parameters): Promise<void> {
  const verifier = parameters.get("code_verifier");
  if (grant.codeChallenge === null) {
    if (verifier !== undefined) throw new OAuthError("code-verifier-unexpected");
    return;
  }
  if (verifier === undefined) throw new OAuthError("code-verifier-missing");
  const wellFormed = /^[A-Za-z0-9._~-]{43,128}$/.test(verifier);
  if (!wellFormed || !equalInConstantTime(await sha256(verifier), grant.codeChallenge))
    throw new OAuthError("code-verifier-wrong");
}

async function redeem(context: RealmContext, { client, jkt, proof }: TokenRequest, grant: CodeGrant, code: string) {
  const redemption = {
    ...grantTerms(context, client, jkt),
    grantId: (await sha256(`grant|${code}`)).slice(0, 22),
    attemptId: randomHandle(16),
    sid: grant.sessionId,
    scopes: grant.scopes,
    offline: grant.scopes.includes("offline_access"),
    resources: grant.resources,
    claims: grant.claims,
    ...(client.firstParty ? {} : { consent: scopesToConsent({ scopes: grant.scopes, claimScopes: [] }) }),
    grantedAt: grant.expiresAt - limits.authorizationCodeTtlSeconds * 1000,
    proof: proof?.spending ?? null,
  };
  const answer = await context.objects.read(grant.userId, (user) => user.redeemCode(redemption));
  if (answer.ok) return answer;
  recordTheft(context, answer.reason, grant.userId, client.clientId);
  throw new OAuthError(answer.reason);
}
