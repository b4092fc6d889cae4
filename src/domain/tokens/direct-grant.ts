/** Tokens for an application of the realm's own that has signed the user in by itself, without a code in between (contract §4). */

import { limits } from "../../config/limits.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import type { LiveGrant } from "../../storage/user-object/grants-object.ts";
import { recordTheft } from "../audit/record-theft.ts";
import type { Client } from "../clients/client.ts";
import { noteFirstToken } from "../clients/first-token.ts";
import type { TokenResponse } from "../grants/grant.ts";
import type { RealmContext } from "../realm-context.ts";
import type { SignedIn } from "../sessions/open-session.ts";
import { grantTerms } from "./grant-terms.ts";
import { grantableScopes } from "./grantable-scopes.ts";
import { issueUserTokens } from "./issue-user-tokens.ts";
import type { RefreshToken } from "./refresh-token.ts";
import { allResources, grantedResources, usableResources } from "./resources.ts";

export interface DirectTokens extends LiveGrant {
  readonly client: Client;
  readonly tokens: TokenResponse;
}

/** What was asked for of what the client may have; all of it when nothing was, but for `offline_access`. Throws Problem. */
export function directScopes(context: RealmContext, client: Client, asked: string | undefined): readonly string[] {
  const online = client.metadata.scopes.filter((scope) => scope !== "offline_access");
  const scopes = asked === undefined ? online : grantableScopes(context, client, asked);
  if (scopes === null) throw new Problem("own-scope-unknown", { fields: { scope: "unknown" } });
  return scopes;
}

/** A grant on a session that was opened just now. Throws Problem when the session has ended meanwhile. */
export async function openDirectGrant(
  context: RealmContext,
  client: Client,
  { session, profile }: Pick<SignedIn, "session" | "profile">,
  scopes: readonly string[],
): Promise<DirectTokens> {
  const grant = {
    ...grantTerms(context, client, null),
    ...(profile.guest ? { idleMs: limits.guestTtlMs, absoluteMs: limits.guestTtlMs } : {}),
    grantId: randomHandle(16),
    sid: session.sid,
    scopes,
    offline: scopes.includes("offline_access"),
    resources: grantedResources(context, []),
    claims: null,
  };
  const opened = await context.objects.call(profile.id, (user) => user.openGrant(grant));
  if (!opened.ok) throw new Problem("own-session-ended", { cause: opened.reason });
  return issue(context, client, opened);
}

/** The next generation, by the rules of grant_type=refresh_token (RFC 6749 §6, RFC 9700 §4.14.2). Throws Problem. */
export async function refreshDirectGrant(
  context: RealmContext,
  client: Client,
  { userId, grantId, generation }: RefreshToken,
): Promise<DirectTokens> {
  const presented = {
    grantId,
    clientId: client.clientId,
    generation,
    scopes: [],
    resources: [],
    usableResources: allResources(context, client),
    jkt: null,
    proof: null,
  };
  const answer = await context.objects.read(userId, (user) => user.rotateGrant(presented));
  if (!answer.ok) recordTheft(context, answer.reason, userId, client.clientId);
  if (!answer.ok) throw new Problem(refusals[answer.reason] ?? "own-refresh-token-invalid", { cause: answer.reason });
  return issue(context, client, answer);
}

/** All others are one: the token is not valid. */
const refusals: Readonly<Partial<Record<string, Reason>>> = {
  // A genuine token whose grant nobody remembers.
  "refresh-token-unknown": "own-refresh-token-expired",
  "refresh-token-expired": "own-refresh-token-expired",
  "grant-session-ended": "own-session-ended",
};

async function issue(context: RealmContext, client: Client, live: LiveGrant): Promise<DirectTokens> {
  const { scopes, resources } = live.grant;
  const audience = usableResources(context, client, resources);
  context.audit.countToken("direct", client.clientId);
  await noteFirstToken(context, client);
  const tokens = await issueUserTokens(context, client, live, { scopes, audience, nonce: null, jkt: null });
  return { ...live, client, tokens };
}
