import { limits } from "../../config/limits.ts";
import { OAuthError } from "../../errors/errors.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import { deviceCodeGrant } from "../clients/metadata.ts";
import type { RealmContext } from "../realm-context.ts";
import { grantableScopes } from "../tokens/grantable-scopes.ts";
import { grantedResources, resourcesOf } from "../tokens/resources.ts";
import { deviceCodeHash, randomDeviceCode } from "./device-code.ts";
import { randomUserCode, shownUserCode } from "./user-code.ts";

/** RFC 8628 §3.2. */
export interface DeviceAuthorization {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}

/** Where people let devices in, on the auth domain and on every other domain of the realm. */
export const devicePage = "/device";

/** A code that somebody else waits with is drawn once in many thousands of years; twice in a row, never. */
const drawsOfCodes = 3;

const busy = { retryAfterSeconds: limits.deviceLongestPollSeconds };

/** A device begins to wait for its user. `device`: what its request said of itself. Throws OAuthError. */
export async function beginDeviceAuthorization(
  context: RealmContext,
  client: Client,
  parameters: Parameters,
  device: { readonly userAgent: string | null; readonly address: string | null },
): Promise<DeviceAuthorization> {
  if (!client.metadata.grant_types.includes(deviceCodeGrant)) throw new OAuthError("grant-type-not-registered");
  const scopes = grantableScopes(context, client, parameters.get("scope"));
  if (scopes === null) throw new OAuthError("scope-not-granted");
  const resources = resourcesOf(context, client, parameters);
  if (resources === null) throw new OAuthError("resource-unknown");
  const asked = {
    clientId: client.clientId,
    scopes,
    resources: grantedResources(context, resources),
    codeChallenge: codeChallengeOf(parameters),
    userAgent: device.userAgent?.slice(0, 400) ?? null,
    ip: device.address,
  };
  for (let draw = 0; draw < drawsOfCodes; draw++) {
    const userCode = randomUserCode();
    const deviceCode = randomDeviceCode(userCode.charAt(0));
    const waiting = { ...asked, userCode, deviceCodeHash: await deviceCodeHash(deviceCode) };
    const added = await context.objects.callDevices(userCode.charAt(0), (devices) => devices.addDevice(waiting));
    if (added === "added") return answer(context, deviceCode, userCode);
    if (added === "too-many-of-client") throw new OAuthError("rate-limited", busy);
    if (added === "too-many") throw new OAuthError("devices-too-many", busy);
  }
  throw new OAuthError("devices-too-many", busy);
}

/** A proof key is optional here, and checked whenever one was announced (RFC 7636 §4.3). */
function codeChallengeOf(parameters: Parameters): string | null {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined && method === undefined) return null;
  if (challenge === undefined) throw new OAuthError("code-challenge-missing");
  if (method !== "S256") throw new OAuthError("code-challenge-method-unsupported");
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) throw new OAuthError("code-challenge-malformed");
  return challenge;
}

function answer({ realm }: RealmContext, deviceCode: string, userCode: string): DeviceAuthorization {
  const shown = shownUserCode(userCode);
  return {
    device_code: deviceCode,
    user_code: shown,
    verification_uri: `${realm.issuer}${devicePage}`,
    verification_uri_complete: `${realm.issuer}${devicePage}?user_code=${shown}`,
    expires_in: limits.deviceCodeTtlSeconds,
    interval: limits.devicePollSeconds,
  };
}
