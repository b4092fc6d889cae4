import { sha256 } from "../../crypto/hash.ts";
import { datedHandle, randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";

/**
 * The one-time token that carries a sign-in to another domain: `<uuid>-<expiry in epoch ms>`, as Bridgekeeper's callers know it.
 * Bound to the host where it may be redeemed. Lives as long as the realm's setting has it, and no longer than `longestSeconds`.
 */
export async function issueSsoToken(
  context: RealmContext,
  session: ClaimedSession,
  host: string,
  longestSeconds = Number.POSITIVE_INFINITY,
): Promise<string> {
  const ttlSeconds = Math.min(context.realm.settings.sso_token_ttl_seconds, longestSeconds);
  const expiresAt = context.clock.now() + ttlSeconds * 1000;
  const token = datedHandle(expiresAt);
  const grant = { type: "sso-token", realmId: context.realm.id, ...session, host, expiresAt } as const;
  await context.ssoTokens.put(await sha256(token), grant, ttlSeconds);
  return token;
}

/** Redeems the token on this host, once. The session it names must be alive. Throws Problem, 403. */
export async function redeemSsoToken(
  context: RealmContext,
  token: string | undefined,
  host: string,
): Promise<LiveSession> {
  if (token === undefined || !/^[0-9a-f-]{36}-[0-9]{13}$/.test(token)) throw new Problem("sso-token-invalid");
  const tokenHash = await sha256(token);
  const grant = await context.ssoTokens.find(tokenHash);
  if (grant === null || grant.host !== host || grant.expiresAt <= context.clock.now())
    throw new Problem("sso-token-invalid");
  const attemptId = randomHandle(16);
  const answer = await context.objects.call(grant.userId, (user) =>
    user.spendOnce({ id: `sso|${tokenHash}`, attemptId, expiresAt: grant.expiresAt, sid: grant.sid }),
  );
  if (!answer.ok) throw new Problem(answer.reason === "already-spent" ? "token-consumed" : "sso-token-invalid");
  return answer;
}
