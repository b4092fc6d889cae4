/** A provider's UserInfo endpoint: OpenID Connect Core §5.3; or what plain OAuth 2.0 providers have in its place. */
import * as oauth from "oauth4webapi";
import { Problem } from "../../errors/errors.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { UpstreamClaims } from "./id-token.ts";
import type { Upstream } from "./upstream.ts";

/** What the provider says of the token's owner. The caller compares the subject. Throws OutboundError, Problem. */
export async function readUserinfo(
  { server, client, options }: Upstream,
  accessToken: string,
): Promise<UpstreamClaims> {
  const response = await oauth.userInfoRequest(server, client, accessToken, options);
  const claims = response.status === 200 ? parseJson(await response.text()) : null;
  if (!isRecord(claims)) throw new Problem("provider-answer-invalid");
  return claims;
}
