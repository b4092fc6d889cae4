/** What a main product's token has to be before it is believed: RFC 7519 §4, RFC 8725 §3 (contract §5). */
import { limits } from "../../config/limits.ts";
import { ForeignJwtError } from "../../crypto/foreign-jwt.ts";
import { isSignedByOneOf, type UnprovenJwt } from "../../crypto/foreign-signature.ts";
import { isSignedWithSecret, readHandOverToken, signedPart } from "../../crypto/hand-over-token.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import { signingKeys } from "../clients/client-keys.ts";
import { keysOfClient } from "../clients/published-keys.ts";
import { lineOf, subjectOf } from "../federation/identity.ts";
import type { RealmContext } from "../realm-context.ts";
import { originOf } from "../realms/realm.ts";
import { type CanonicalEmail, parseEmail } from "../users/canonical.ts";
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
  const issuer = jwt?.claims.iss;
  const row = typeof issuer === "string" && issuer.length <= 512 ? await sources.findByIssuer(issuer) : null;
  if (jwt === null || row === null) throw new Problem("hand-over-token-invalid");
  return { source: sourceOf(row), jwt };
}

/** Checks a token against its source. `host`: the one that was asked. Throws Problem; `expired` is told from the rest. */
export async function checkToken(
  context: RealmContext,
  source: Source,
  jwt: UnprovenJwt,
  host: string,
): Promise<HandOver> {
  if (source.disabled || jwt.alg !== source.algorithm || jwt.claims.iss !== source.issuer)
    throw new Problem("hand-over-token-invalid");
  const { expiresAt, isExpired } = checkTimes(context, jwt);
  if (!isForUs(context, jwt.claims.aud, host)) throw new Problem("hand-over-token-invalid");
  if (!(await isSignedBySource(context, source, jwt))) throw new Problem("hand-over-token-invalid");
  if (isExpired) throw new Problem("hand-over-token-expired");
  const { jti } = jwt.claims;
  if (jti !== undefined && (typeof jti !== "string" || jti === "" || jti.length > 256))
    throw new Problem("hand-over-token-invalid");
  const nameOfToken = typeof jti === "string" ? `jti|${jti}` : `text|${signedPart(jwt)}`;
  return { ...personOf(source, jwt), tokenId: `hand-over:${await sha256(nameOfToken)}`, expiresAt };
}

/** Uses the token up. Throws Problem: of any number of tries, at whichever endpoint, one succeeds. */
export async function spendToken(context: RealmContext, handOver: HandOver): Promise<void> {
  if (!(await isFirstUse(context, handOver))) throw new Problem("hand-over-token-used");
}

export function isFirstUse(context: RealmContext, { source, tokenId, expiresAt }: HandOver): Promise<boolean> {
  return context.objects.spendForSource(source.name, { id: tokenId, attemptId: randomHandle(16), expiresAt });
}

function checkTimes({ clock }: RealmContext, { claims }: UnprovenJwt): { expiresAt: number; isExpired: boolean } {
  const { exp, iat, nbf } = claims;
  const nowSeconds = clock.now() / 1000;
  const isRight =
    isTime(exp) &&
    isTime(iat) &&
    exp > iat &&
    exp - iat <= limits.handOverTtlSeconds &&
    iat <= nowSeconds + limits.clockSkewSeconds &&
    (nbf === undefined || (isTime(nbf) && nbf <= nowSeconds + limits.clockSkewSeconds));
  if (!isRight) throw new Problem("hand-over-token-invalid");
  const expiresAtSeconds = exp + limits.clockSkewSeconds;
  return { expiresAt: Math.ceil(expiresAtSeconds * 1000), isExpired: expiresAtSeconds <= nowSeconds };
}

const isTime = (value: unknown): value is number => typeof value === "number" && value > 0 && Number.isFinite(value);

/** A token without `aud` is for whoever shares the key; one that has it is for nobody else. */
function isForUs({ realm, config }: RealmContext, aud: unknown, host: string): boolean {
  if (aud === undefined) return true;
  const ours: readonly unknown[] = [realm.issuer, realm.authDomain, originOf(host, config), host];
  return Array.isArray(aud) ? aud.some((name) => ours.includes(name)) : ours.includes(aud);
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

function personOf(source: Source, { claims }: UnprovenJwt): Person {
  const email = typeof claims.email === "string" ? parseEmail(claims.email) : null;
  return {
    source,
    sourceId: idOf(claims.user_id),
    email,
    emailVerified: email !== null && claims.email_verified === true && source.settings.trusts_email,
    name: lineOf(claims.name),
  };
}

function idOf(userId: unknown): string {
  try {
    return subjectOf(userId);
  } catch (error) {
    if (error instanceof ForeignJwtError) throw new Problem("hand-over-token-invalid");
    throw error;
  }
}
