import { signWithSecret } from "../../crypto/jwt.ts";
import { Problem } from "../../errors/errors.ts";
import { toSeconds } from "../../lib/time.ts";
import type { Profile } from "../../storage/profile.ts";
import type { RealmContext } from "../realm-context.ts";
import { openClientSecret } from "./client-secret.ts";

/**
 * An HS256 JWT with the integration's own secret: it names the user to that application and is worth nothing anywhere else.
 * Throws Problem, 404, when no such integration exists or it has no secret.
 */
export async function issueIntegrationToken(
  context: RealmContext,
  reference: string,
  profile: Profile,
): Promise<string> {
  const client = await context.clients.find(reference);
  const secret =
    client === null || client.disabled || client.selfRegistered ? null : await openClientSecret(context, client);
  if (secret === null) throw new Problem("client-record-unknown");
  const iat = toSeconds(context.clock.now());
  return signWithSecret(
    {
      id: profile.id,
      email: profile.email,
      "login-phone-number": profile.phoneNumber,
      provider: "email",
      name: profile.name,
      iat,
      exp: iat + context.realm.settings.access_token_ttl_seconds,
    },
    secret,
  );
}
