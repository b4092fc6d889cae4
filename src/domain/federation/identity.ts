import { limits } from "../../config/limits.ts";
import { ForeignJwtError } from "../../crypto/foreign-jwt.ts";
import { type CanonicalEmail, parseEmail } from "../users/canonical.ts";
import type { UpstreamClaims } from "./id-token.ts";
import type { Provider } from "./provider.ts";
import { valueAt } from "./token-answer.ts";

/** Who somebody is at a provider. The subject names them there for ever; the rest is what they are called today. */
export interface Identity {
  readonly subject: string;
  readonly email: CanonicalEmail | null;
  /** The provider says that the address is theirs. */
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly pictureUrl: string | null;
}

/** Reads the provider's claims. Throws ForeignJwtError when they name nobody. */
export function identityOf({ settings }: Provider, claims: UpstreamClaims): Identity {
  const { claims: names } = settings;
  const claim = (name: string): unknown => (Object.hasOwn(claims, name) ? claims[name] : valueAt(claims, name));
  const typedEmail = claim(names.email);
  const email = typeof typedEmail === "string" ? parseEmail(typedEmail) : null;
  const verified = claim(names.email_verified);
  const saysVerified = verified === true || (settings.email_verified_text === true && verified === "true");
  return {
    subject: subjectOf(claim(names.subject)),
    email,
    emailVerified: email !== null && saysVerified,
    name: lineOf(claim(names.name)),
    firstName: lineOf(claim(names.given_name)),
    lastName: lineOf(claim(names.family_name)),
    pictureUrl: httpsUrlOf(claim(names.picture)),
  };
}

/** What programs write when they know nobody. */
const nobody: ReadonlySet<string> = new Set(["", "0", "null", "undefined", "none", "nil", "nan", "false"]);

/** A text of up to 255 characters (OpenID Connect Core §2), or a number as plain OAuth providers have them. Throws ForeignJwtError. */
export function subjectOf(value: unknown): string {
  const isNumber = typeof value === "number" && Number.isSafeInteger(value) && value > 0;
  const subject = isNumber ? String(value) : value;
  if (typeof subject !== "string" || !/^[\x21-\x7E]{1,255}$/.test(subject) || nobody.has(subject.toLowerCase()))
    throw new ForeignJwtError("claims");
  return subject;
}

/** A line that people may see; null when it is none, or longer than a name may be. */
export function lineOf(value: unknown): string | null {
  if (typeof value !== "string" || /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)) return null;
  const line = value.trim();
  return line === "" || line.length > 200 ? null : line;
}

function httpsUrlOf(value: unknown): string | null {
  const url = typeof value === "string" && value.length <= limits.urlLength ? URL.parse(value) : null;
  return url?.protocol === "https:" && url.href.length <= limits.urlLength ? url.href : null;
}
