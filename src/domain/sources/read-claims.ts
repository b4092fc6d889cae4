/** What the claims of a main product's token have to be: RFC 7519 §4.1, contract §5. Each fault has a code of its own. */
import { limits } from "../../config/limits.ts";
import { ForeignJwtError } from "../../crypto/foreign-jwt.ts";
import type { UnprovenJwt } from "../../crypto/foreign-signature.ts";
import { Problem } from "../../errors/errors.ts";
import { subjectOf } from "../federation/identity.ts";
import type { RealmContext } from "../realm-context.ts";
import { originOf } from "../realms/realm.ts";

type Claims = UnprovenJwt["claims"];

const longestIssuerChars = 512;
const longestTokenIdChars = 256;

/** The issuer whose keys the token is to be checked with. Throws Problem. */
export function issuerIn({ claims }: UnprovenJwt): string {
  requireAll(claims, ["iss"]);
  const { iss } = claims;
  if (typeof iss !== "string") throw malformed("iss", "is no text");
  if (iss.length > longestIssuerChars) throw malformed("iss", `is longer than ${longestIssuerChars} characters`);
  return iss;
}

/** What a token says that is right, but for whether it has expired. Only for one whose signature was checked. Throws Problem. */
export function readClaims(
  context: RealmContext,
  claims: Claims,
  host: string,
): { readonly expSeconds: number; readonly jti: string | undefined; readonly sourceId: string } {
  requireAll(claims, ["user_id", "iat", "exp"]);
  const expSeconds = checkTimes(context, claims);
  const { jti, aud, user_id } = claims;
  if (jti !== undefined && !isTokenId(jti))
    throw malformed("jti", `is no text of 1 to ${longestTokenIdChars} characters`);
  if (!isForUs(context, aud, host)) throw new Problem("hand-over-token-audience-wrong");
  return { expSeconds, jti, sourceId: idOf(user_id) };
}

function requireAll(claims: Claims, names: readonly string[]): void {
  const missing = names.filter((name) => claims[name] === undefined);
  if (missing.length === 0) return;
  throw new Problem("hand-over-token-claims-missing", {
    detail: `The token lacks ${missing.join(", ")}.`,
    fields: Object.fromEntries(missing.map((name) => [name, "missing"])),
  });
}

function checkTimes({ clock }: RealmContext, { exp, iat, nbf }: Claims): number {
  if (!isTime(iat)) throw malformed("iat", notATime);
  if (!isTime(exp)) throw malformed("exp", notATime);
  if (nbf !== undefined && !isTime(nbf)) throw malformed("nbf", notATime);
  if (exp <= iat) throw malformed("exp", "is not later than iat");
  if (exp - iat > limits.handOverTtlSeconds) throw new Problem("hand-over-token-lifetime-too-long");
  const latest = clock.now() / 1000 + limits.clockSkewSeconds;
  if (iat > latest || (nbf ?? 0) > latest) throw new Problem("hand-over-token-not-yet-valid");
  return exp;
}

const notATime = "is no number of seconds since 1970";

const isTime = (value: unknown): value is number => typeof value === "number" && value > 0 && Number.isFinite(value);

const isTokenId = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= longestTokenIdChars;

/** A token without `aud` is for whoever shares the key; one that has it is for nobody else. */
function isForUs({ realm, config }: RealmContext, aud: unknown, host: string): boolean {
  if (aud === undefined) return true;
  const ours: readonly unknown[] = [realm.issuer, realm.authDomain, originOf(host, config), host];
  return Array.isArray(aud) ? aud.some((name) => ours.includes(name)) : ours.includes(aud);
}

function idOf(userId: unknown): string {
  try {
    return subjectOf(userId);
  } catch (error) {
    if (error instanceof ForeignJwtError) throw new Problem("hand-over-token-user-invalid");
    throw error;
  }
}

const malformed = (claim: string, what: string): Problem =>
  new Problem("hand-over-token-claims-malformed", {
    detail: `The claim ${claim} of the token ${what}.`,
    fields: { [claim]: what },
  });
