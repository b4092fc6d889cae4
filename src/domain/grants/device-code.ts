/** grant_type=urn:ietf:params:oauth:grant-type:device_code: RFC 8628 §3.4, §3.5. */

import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { OAuthError } from "../../errors/errors.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { ApprovedDevice } from "../../storage/user-object/device-authorizations.ts";
import { recordTheft } from "../audit/record-theft.ts";
import { deviceCodeHash, letterOf } from "../device/device-code.ts";
import type { RealmContext } from "../realm-context.ts";
import { grantTerms } from "../tokens/grant-terms.ts";
import { issueUserTokens } from "../tokens/issue-user-tokens.ts";
import { isNarrower, resourcesOf, usableResources } from "../tokens/resources.ts";
import type { Grant, TokenRequest } from "./grant.ts";

export const deviceGrant: Grant = async (context, request) => {
  const { client, parameters, jkt } = request;
  const code = parameters.get("device_code");
  if (code === undefined) throw new OAuthError("parameter-missing", { detail: "device_code is missing." });
  const letter = letterOf(code);
  if (letter === null) throw new OAuthError("device-code-unknown");
  const poll = {
    deviceCodeHash: await deviceCodeHash(code),
    clientId: client.clientId,
    codeChallenge: await codeChallengeOf(parameters),
  };
  const device = await context.objects.callDevices(letter, (devices) => devices.pollDevice(poll));
  if (!device.ok) throw new OAuthError(device.reason);
  const audience = audienceOf(context, request, device);

  // Approved, and everything about the caller is right. From here on only the object of the user who approved decides: once.
  const redeemed = await redeem(context, request, device, poll.deviceCodeHash);
  return issueUserTokens(context, client, redeemed, {
    scopes: redeemed.grant.scopes,
    audience,
    nonce: null,
    jkt,
  });
};

/** Who the token is for: what was asked for at first, or less of it (RFC 8707 §2.2). */
function audienceOf(
  context: RealmContext,
  { client, parameters }: TokenRequest,
  { resources }: ApprovedDevice,
): readonly string[] {
  const asked = resourcesOf(context, client, parameters);
  if (asked === null || !isNarrower(asked, resources)) throw new OAuthError("resource-unknown");
  const audience = usableResources(context, client, asked.length === 0 ? resources : asked);
  if (audience.length === 0) throw new OAuthError("resource-unknown");
  return audience;
}

/** Null when the request has no verifier, and what matches nothing when it has a malformed one. */
async function codeChallengeOf(parameters: Parameters): Promise<string | null> {
  const verifier = parameters.get("code_verifier");
  if (verifier === undefined) return null;
  return /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) ? sha256(verifier) : "malformed";
}

async function redeem(
  context: RealmContext,
  { client, jkt, proof }: TokenRequest,
  device: ApprovedDevice,
  codeHash: string,
) {
  const redemption = {
    ...grantTerms(context, client, jkt),
    grantId: (await sha256(`grant|${codeHash}`)).slice(0, 22),
    attemptId: randomHandle(16),
    sid: device.sid,
    scopes: device.scopes,
    offline: device.scopes.includes("offline_access"),
    resources: device.resources,
    claims: null,
    proof: proof?.spending ?? null,
    codeExpiresAt: device.expiresAt,
    sessionIdleMs: context.realm.settings.session_idle_seconds * 1000,
  };
  const answer = await context.objects.call(device.userId, (user) => user.redeemDevice(redemption));
  if (answer.ok) return answer;
  recordTheft(context, answer.reason, device.userId, client.clientId);
  throw new OAuthError(answer.reason);
}
