import { signWithSecret } from "../../crypto/jwt.ts";
import { Problem } from "../../errors/errors.ts";
import { toSeconds } from "../../lib/time.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import type { RealmContext } from "../realm-context.ts";
import { openClientSecret } from "./client-secret.ts";

/**
 * An HS256 JWT with the integration's own secret: it names the user to that application and is worth nothing anywhere else.
 * Throws Problem, 404, when no such integration exists or it has no secret.
 */
export async function issueIntegrationToken(
  context: RealmContext,
  reference: string,
  { session, profile }: Pick<LiveSession, "session" | "profile">,
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
      provider: session.amr.includes("fed") ? await firstSource(context, profile.id) : "email",
      name: profile.name,
      iat,
      exp: iat + context.realm.settings.access_token_ttl_seconds,
    },
    secret,
  );
}

/** The provider, or main product, that the user came by first; a session does not say by which of several. */
async function firstSource({ linkedAccounts }: RealmContext, userId: number): Promise<string> {
  const links = await linkedAccounts.listOf(userId);
  return links.find(({ status }) => status === "active")?.source ?? "email";
}
