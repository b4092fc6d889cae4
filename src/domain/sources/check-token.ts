/** What a main product's token has to be before it is believed: RFC 7519 §4, RFC 8725 §3 (contract §5). */
import { limits } from "../../config/limits.ts";
import { isSignedByOneOf, type UnprovenJwt } from "../../crypto/foreign-signature.ts";
import { isSignedWithSecret, readHandOverToken, signedPart } from "../../crypto/hand-over-token.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import { signingKeys } from "../clients/client-keys.ts";
import { keysOfClient } from "../clients/published-keys.ts";
import { lineOf } from "../federation/identity.ts";
import type { RealmContext } from "../realm-context.ts";
import { type CanonicalEmail, parseEmail } from "../users/canonical.ts";
import { issuerIn, readClaims } from "./read-claims.ts";
import { openSourceSecret, type Source, sourceOf } from "./source.ts";

/** Somebody at a main product: the id is theirs for ever, the rest is what they are called today. */
export interface Person {
  readonly source: Source;
  readonly sourceId: string;
  readonly email: CanonicalEmail | null;
  /** The product says so, and the realm believes it. */
  readonly emailVerified: boolean;
  readonly name: string | null;
}

/** A token that was proven to be the source's, and good now. It may have been used before. */
export interface HandOver extends Person {
  /** Its name, for single use. */
  readonly tokenId: string;
  /** Milliseconds since the epoch: when nobody takes it any more. */
  readonly expiresAt: number;
}

/** The source that a token says it is of. Nothing is proven. Throws Problem. */
export async function sourceOfToken(
  { sources }: RealmContext,
  text: string,
): Promise<{ source: Source; jwt: UnprovenJwt }> {
  const jwt = readHandOverToken(text);
  if (typeof jwt === "string") throw new Problem(`hand-over-token-${jwt}`);
  const row = await sources.findByIssuer(issuerIn(jwt));
  if (row === null) throw new Problem("hand-over-token-issuer-unknown");
  return { source: sourceOf(row), jwt };
}

/**
 * Checks a token against its source. `host`: the one that was asked. Nothing is said about the claims of a token that the source has not
 * signed, and `expired` is said only of one that is right in all other ways. Throws Problem, one for each fault.
 */
export async function checkToken(
  context: RealmContext,
  source: Source,
  jwt: UnprovenJwt,
  host: string,
): Promise<HandOver> {
  if (source.disabled || jwt.claims.iss !== source.issuer) throw new Problem("hand-over-token-issuer-unknown");
  if (jwt.alg !== source.algorithm) throw new Problem("hand-over-token-algorithm-wrong");
  if (!(await isSignedBySource(context, source, jwt))) throw new Problem("hand-over-token-signature-wrong");
  const { expSeconds, jti, sourceId } = readClaims(context, jwt.claims, host);
  const expiresAt = Math.ceil((expSeconds + limits.clockSkewSeconds) * 1000);
  if (expiresAt <= context.clock.now()) throw new Problem("hand-over-token-expired");
  const nameOfToken = jti === undefined ? `text|${signedPart(jwt)}` : `jti|${jti}`;
  const tokenId = `hand-over:${await sha256(nameOfToken)}`;
  return { ...personOf(source, sourceId, jwt), tokenId, expiresAt };
}

/** Uses the token up. Throws Problem: of any number of tries, at whichever endpoint, one succeeds. */
export async function spendToken(context: RealmContext, handOver: HandOver): Promise<void> {
  if (!(await isFirstUse(context, handOver))) throw new Problem("hand-over-token-used");
}

export function isFirstUse(context: RealmContext, { source, tokenId, expiresAt }: HandOver): Promise<boolean> {
  return context.objects.spendForSource(source.name, { id: tokenId, attemptId: randomHandle(16), expiresAt });
}

async function isSignedBySource(context: RealmContext, source: Source, jwt: UnprovenJwt): Promise<boolean> {
  const { algorithm, settings } = source;
  if (algorithm === "HS256") {
    const secret = await openSourceSecret(context.ring, source);
    return secret !== null && isSignedWithSecret(jwt, secret);
  }
  for (const missing of [false, true]) {
    const keys = signingKeys(await keysOfClient(context, { metadata: settings }, { missing }), algorithm, jwt.kid);
    if (await isSignedByOneOf(jwt, keys, context.clock.now())) return true;
    if (keys.length > 0 || settings.jwks_uri === undefined) return false;
  }
  return false;
}

function personOf(source: Source, sourceId: string, { claims }: UnprovenJwt): Person {
  const email = typeof claims.email === "string" ? parseEmail(claims.email) : null;
  return {
    source,
    sourceId,
    email,
    emailVerified: email !== null && claims.email_verified === true && source.settings.trusts_email,
    name: lineOf(claims.name),
  };
}
