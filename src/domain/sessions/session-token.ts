import { JwtError, signJwt, verifyJwt } from "../../crypto/jwt.ts";
import { toSeconds } from "../../lib/time.ts";
import type { RealmContext } from "../realm-context.ts";
import { indexEarlierToken, indexToken, isFromBefore } from "../tokens/token-index.ts";
import { parseUserId } from "../users/user-id.ts";

/** The value of the `qt-auth` cookie and the `x-qt-auth` header: a signed name of a session, worth as much as the session is alive. */
export type SessionToken = string;

/** A session somebody claims; the signature is right, the user's object has not been asked. */
export interface ClaimedSession {
  readonly userId: number;
  readonly sid: string;
}

const algorithm = "ES256";

/** To ask first: nothing is changed for the sake of a token that cannot be signed. Throws Failure, 503. */
export const requireSigner = async (context: RealmContext): Promise<void> =>
  void (await context.realm.keys.signer(algorithm));

/** `expiresAt` in milliseconds since the epoch: the session's absolute end. */
export async function issueSessionToken(
  context: RealmContext,
  session: ClaimedSession & { expiresAt: number },
): Promise<SessionToken> {
  const key = await context.realm.keys.signer(algorithm);
  const token = await signJwt(
    "session+jwt",
    {
      iss: context.realm.issuer,
      sub: String(session.userId),
      sid: session.sid,
      iat: toSeconds(context.clock.now()),
      exp: toSeconds(session.expiresAt),
    },
    key,
  );
  await indexToken(context, token, { kind: "session", ...nameOf(session) }, session.expiresAt);
  return token;
}

const nameOf = ({ userId, sid }: ClaimedSession): ClaimedSession => ({ userId, sid });

/** The session a token names, or null: unsigned, of another realm, of another type, expired, or no token at all. */
async function readSessionToken(context: RealmContext, token: SessionToken): Promise<ClaimedSession | null> {
  try {
    const claims = await verifyJwt(token, context.realm.keys.findVerifier, {
      type: "session+jwt",
      issuer: context.realm.issuer,
      now: context.clock.now(),
      toleranceSeconds: 0,
    });
    const userId = parseUserId(claims.sub ?? "");
    if (userId === null || typeof claims.sid !== "string") return null;
    const claimed = { userId, sid: claims.sid };
    if (isFromBefore(context, claims.iat ?? 0)) await indexEarlierToken(context, token, claimed, claims.exp ?? 0);
    return claimed;
  } catch (error) {
    if (error instanceof JwtError) return null;
    throw error;
  }
}

/**
 * The one session that a request's candidates (cookies of one name, a header) name. A second cookie planted from a neighbouring
 * domain cannot take over: candidates that are not genuine are passed over, and two genuine ones that differ count as none.
 */
export async function readSessionTokens(
  context: RealmContext,
  tokens: readonly SessionToken[],
): Promise<ClaimedSession | null> {
  let found: ClaimedSession | null = null;
  for (const token of new Set(tokens)) {
    const claimed = await readSessionToken(context, token);
    if (claimed === null || claimed.sid === found?.sid) continue;
    if (found !== null) return null;
    found = claimed;
  }
  return found;
}
