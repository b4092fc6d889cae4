/** Whether the token with that hash is alive, for a main product's or an application's server (contract §5). */
import { BearerError } from "../../errors/errors.ts";
import type { IndexedToken } from "../../storage/kv/token-index-store.ts";
import type { Profile } from "../../storage/profile.ts";
import type { Client } from "../clients/client.ts";
import { visibleScopes } from "../embedding/embedded-session.ts";
import type { RealmContext } from "../realm-context.ts";
import { checkLive } from "../tokens/live-access-token.ts";

/**
 * `tokenHash`: SHA-256 in base64url. `client`: the application that asks; null for a main product. Null when the token is unknown here or
 * worth nothing any more: the user's object says so. A third party's application sees what its user has granted it.
 */
export async function verifyTokenHash(
  context: RealmContext,
  tokenHash: string,
  client: Client | null,
): Promise<Profile | null> {
  const token = await context.tokenIndex.find(tokenHash, context.clock.now());
  if (token === null) return null;
  const profile = await profileBehind(context, token);
  if (profile === null || client === null || client.firstParty) return profile;
  const granted = (await context.objects.call(token.userId, (user) => user.consents(null))) ?? [];
  return asSeenBy(client, profile, granted.find(({ clientId }) => clientId === client.clientId)?.scopes ?? []);
}

async function profileBehind(context: RealmContext, token: IndexedToken): Promise<Profile | null> {
  if (token.kind === "session") {
    const live = await context.objects.read(token.userId, (user) => user.session(token.sid));
    return live?.profile ?? null;
  }
  const { userId, sid, grantId, tokenId, clientId } = token;
  const holder = { kind: "user", userId, sid, grantId } as const;
  try {
    return (await checkLive(context, { holder, tokenId, clientId }, null)).grant?.profile ?? null;
  } catch (error) {
    if (error instanceof BearerError) return null;
    throw error;
  }
}

/** What a user is called at a main product is for nobody to agree to. */
function asSeenBy(client: Client, profile: Profile, granted: readonly string[]): Profile {
  const visible = new Set(visibleScopes(client, granted));
  return {
    ...profile,
    externalId: null,
    name: visible.has("profile") ? profile.name : null,
    email: visible.has("email") ? profile.email : null,
    roles: visible.has("roles") ? profile.roles : [],
  };
}
