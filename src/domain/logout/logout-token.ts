/** Logout tokens: OpenID Connect Back-Channel Logout 1.0 §2.4. */
import { limits } from "../../config/limits.ts";
import { signJwt } from "../../crypto/jwt.ts";
import { randomHandle } from "../../crypto/random.ts";
import { toSeconds } from "../../lib/time.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";

/** What makes the token a logout token (§2.4). */
export const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

/** Good for two minutes, and made anew for each try. Signed as the client's ID tokens are; never with a nonce. */
export async function issueLogoutToken(
  context: RealmContext,
  client: Client,
  { userId, sid }: { readonly userId: number; readonly sid: string },
): Promise<string> {
  const iat = toSeconds(context.clock.now());
  return signJwt(
    "logout+jwt",
    {
      iss: context.realm.issuer,
      aud: client.clientId,
      iat,
      exp: iat + limits.logoutTokenTtlSeconds,
      jti: randomHandle(16),
      events: { [logoutEvent]: {} },
      sub: String(userId),
      sid,
    },
    await context.realm.keys.signer(client.metadata.id_token_signed_response_alg),
  );
}
