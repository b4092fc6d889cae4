/** JWT access tokens: RFC 9068. */
import { type Claims, JwtError, signJwt, verifyJwt } from "../../crypto/jwt.ts";
import { BearerError } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import { isRecord } from "../../lib/json.ts";
import { toSeconds } from "../../lib/time.ts";
import { wordsOf } from "../../lib/words.ts";
import type { Profile } from "../../storage/profile.ts";
import type { AccessTokenFormat } from "../clients/metadata.ts";
import type { RealmContext } from "../realm-context.ts";
import { claimsForScopes } from "../users/claims.ts";
import { parseUserId } from "../users/user-id.ts";
import { glueToken, splitToken } from "./split-token.ts";
import { indexToken } from "./token-index.ts";

/** Whose token it is: a user's, by a grant in the user's object; or the client's own. */
export type AccessTokenHolder =
  | { readonly kind: "user"; readonly userId: number; readonly grantId: string; readonly sid: string }
  | { readonly kind: "client" };

export interface AccessToken {
  /** Signed and whole, whichever form was presented. */
  readonly jwt: string;
  readonly holder: AccessTokenHolder;
  readonly tokenId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  /** Thumbprint of the key that the token is bound to (RFC 9449 §6.1); null for a bearer token. */
  readonly jkt: string | null;
  /** Who acts for the user (RFC 8693 §4.1); null when the user's own client does. */
  readonly actor: Actor | null;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface NewAccessToken {
  readonly holder: AccessTokenHolder;
  /** Read for the `roles` claim only. */
  readonly profile: Profile | null;
  readonly tokenId: string;
  readonly clientId: string;
  /** What the client gets of it. */
  readonly format: AccessTokenFormat;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** Resource servers it is for; empty for the realm's own endpoints (RFC 9068 §3). */
  readonly audience: readonly string[];
  readonly jkt: string | null;
  /** Who acts for the user (RFC 8693 §4.1). */
  readonly actor?: Actor;
  /** Seconds since the epoch: not later than this, whatever the realm's setting. */
  readonly expiresBy?: number;
}

/** RFC 8693 §4.1: the one who acts, and for whom that one acts in turn. */
export interface Actor {
  readonly sub: string;
  readonly act?: Actor;
}

/** What the client gets. Throws StorageUnavailable when a split token cannot be kept. */
export async function issueAccessToken(context: RealmContext, token: NewAccessToken): Promise<string> {
  const iat = toSeconds(token.issuedAt);
  const { holder } = token;
  const exp = Math.min(
    iat + context.realm.settings.access_token_ttl_seconds,
    token.expiresBy ?? Number.POSITIVE_INFINITY,
  );
  const jwt = await signJwt(
    "at+jwt",
    {
      iss: context.realm.issuer,
      aud: audienceClaim(context, token.audience),
      sub: holder.kind === "user" ? String(holder.userId) : token.clientId,
      client_id: token.clientId,
      scope: token.scopes.join(" "),
      iat,
      exp,
      jti: token.tokenId,
      ...(token.jkt === null ? {} : { cnf: { jkt: token.jkt } }),
      ...(token.actor === undefined ? {} : { act: token.actor }),
      ...(holder.kind === "user" ? { sid: holder.sid, gid: holder.grantId } : {}),
      ...(token.profile?.guest === true ? { guest: true } : {}),
      ...(token.profile === null
        ? {}
        : claimsForScopes(
            token.profile,
            token.scopes.filter((scope) => scope === "roles"),
          )),
    },
    await context.realm.keys.signer("ES256"),
  );
  const text = token.format === "split" ? await splitToken(context, jwt, exp) : jwt;
  const { tokenId, clientId } = token;
  if (holder.kind === "user") {
    const { userId, grantId, sid } = holder;
    await indexToken(context, text, { kind: "access", userId, sid, grantId, tokenId, clientId }, exp * 1000);
  }
  return text;
}

/** One audience is a string, several are a list (RFC 7519 §4.1.3). */
function audienceClaim(context: RealmContext, audience: readonly string[]): string | readonly string[] {
  const [first = context.realm.issuer, ...others] = audience;
  return others.length === 0 ? first : audience;
}

/** Whom a token is shown to: the realm's own endpoints, or somebody who asks about tokens for any resource server. */
export type ShownTo = "own-endpoint" | "anybody";

/** Checks everything that can be told from the token alone; a split one is put together first. Throws BearerError, StorageUnavailable. */
export async function parseAccessToken(
  context: RealmContext,
  token: string,
  shownTo: ShownTo = "own-endpoint",
): Promise<AccessToken> {
  const jwt = await glueToken(context, token);
  if (jwt === null) throw new BearerError("access-token-unknown");
  try {
    const parsed = fromClaims(
      jwt,
      await verifyJwt(jwt, context.realm.keys.findVerifier, {
        type: "at+jwt",
        issuer: context.realm.issuer,
        ...(shownTo === "anybody" ? {} : { audience: context.realm.issuer }),
        now: context.clock.now(),
        toleranceSeconds: 0,
      }),
    );
    if (!parsed.audience.some((uri) => isAudience(context, uri))) throw new JwtError("claims");
    return parsed;
  } catch (error) {
    if (error instanceof JwtError) throw new BearerError(refusals[error.kind], { cause: error });
    throw error;
  }
}

/** The realm itself, or a resource server that it knows. */
const isAudience = ({ realm }: RealmContext, uri: string): boolean =>
  uri === realm.issuer || Object.hasOwn(realm.settings.resources, uri);

const refusals: Record<JwtError["kind"], Reason> = {
  malformed: "access-token-malformed",
  signature: "access-token-signature-wrong",
  claims: "access-token-audience-wrong",
  expired: "access-token-expired",
};

function fromClaims(jwt: string, claims: Claims): AccessToken {
  const { sub, client_id: clientId, jti, scope, sid, gid, aud, iat, exp, cnf, act } = claims;
  if (typeof clientId !== "string" || typeof jti !== "string" || typeof scope !== "string")
    throw new JwtError("claims");
  const userId = parseUserId(sub ?? "");
  const holder: AccessTokenHolder | null =
    typeof gid === "string" && typeof sid === "string"
      ? userId === null
        ? null
        : { kind: "user", userId, grantId: gid, sid }
      : sub === clientId
        ? { kind: "client" }
        : null;
  if (holder === null) throw new JwtError("claims");
  return {
    jwt,
    holder,
    tokenId: jti,
    clientId,
    scopes: wordsOf(scope),
    audience: Array.isArray(aud) ? aud.map(String) : [String(aud)],
    jkt: isRecord(cnf) && typeof cnf.jkt === "string" ? cnf.jkt : null,
    actor: isRecord(act) ? parseActor(act) : null,
    issuedAt: iat ?? 0,
    expiresAt: exp ?? 0,
  };
}

function parseActor({ sub, act }: Readonly<Record<string, unknown>>): Actor {
  return { sub: String(sub), ...(isRecord(act) ? { act: parseActor(act) } : {}) };
}
