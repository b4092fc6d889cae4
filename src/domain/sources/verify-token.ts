/** Whether the token with that hash is alive, for a main product's server (contract §5). */
import { BearerError } from "../../errors/errors.ts";
import type { Profile } from "../../storage/profile.ts";
import type { RealmContext } from "../realm-context.ts";
import { checkLive } from "../tokens/live-access-token.ts";

/** `tokenHash`: SHA-256 in base64url. Null when the token is unknown here or worth nothing any more: the user's object says so. */
export async function verifyTokenHash(context: RealmContext, tokenHash: string): Promise<Profile | null> {
  const token = await context.tokenIndex.find(tokenHash, context.clock.now());
  if (token === null) return null;
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
