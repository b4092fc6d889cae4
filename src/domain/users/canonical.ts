// The names users are found by, each in one spelling. Whatever is stored, compared or mailed to is of these types.
import { foldText, isLookalike } from "./canonical-text.ts";

declare const brand: unique symbol;
/** `local@domain`: local part folded, domain in A-labels. Mail goes to this spelling, never to what was typed. */
export type CanonicalEmail = string & { readonly [brand]: "CanonicalEmail" };
/** Lower-case letters, digits and `._-`, or an address spelled as a CanonicalEmail. */
export type CanonicalUsername = string & { readonly [brand]: "CanonicalUsername" };
/** E.164: `+`, then 8 to 15 digits. */
export type CanonicalPhoneNumber = string & { readonly [brand]: "CanonicalPhoneNumber" };

const longestLocalPartBytes = 64;
const longestEmailBytes = 254;

const atom = /^(?!\p{M})[\p{L}\p{M}\p{Nd}!#$%&'*+/=?^_`{|}~-]+$/u;
const domainName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * A mailbox (RFC 5321 §4.1.2, RFC 6531 §3.3) as a dot-atom at a host name of two labels or more; null for anything else:
 * quoted local parts, comments, address literals, a dot at the end. Dots and `+tag` stay, since only the mailbox's own
 * provider knows what they mean.
 */
export function parseEmail(input: string): CanonicalEmail | null {
  const [local = "", typedDomain = "", ...more] = foldText(input)?.split("@") ?? [];
  if (more.length > 0 || !local.split(".").every((part) => atom.test(part)) || isLookalike(local)) return null;
  const domain = parseDomain(typedDomain);
  if (domain === null || byteLength(local) > longestLocalPartBytes) return null;
  const email = `${local}@${domain}`;
  return byteLength(email) <= longestEmailBytes ? (email as CanonicalEmail) : null;
}

/** A host name in A-labels (RFC 5890 §2.3.2.1), by the URL parser's IDNA processing. */
function parseDomain(folded: string): string | null {
  // The parser would read these as the end of the host, a port or an escape, not as part of a name.
  if (/[/\\?#:%]/.test(folded)) return null;
  const hostname = URL.parse(`http://${folded}`)?.hostname ?? "";
  return domainName.test(hostname) ? hostname : null;
}

/** Three to 64 letters, digits, `.`, `_`, `-`, the first a letter or digit; or an e-mail address, read by parseEmail. */
export function parseUsername(input: string): CanonicalUsername | null {
  const folded = foldText(input);
  if (folded === null) return null;
  const username = folded.includes("@") ? parseEmail(folded) : parsePlainUsername(folded);
  return username as CanonicalUsername | null;
}

const parsePlainUsername = (folded: string): string | null =>
  /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]{2,63}$/u.test(folded) && !isLookalike(folded) ? folded : null;

/**
 * An international number (ITU-T E.164 §6.2.1) with or without its plus; spaces, dots, dashes, slashes and brackets are
 * dropped. Null for national numbers, which begin with 0, and for a bracketed trunk "(0)", which would dial nobody.
 */
export function parsePhoneNumber(input: string): CanonicalPhoneNumber | null {
  const folded = foldText(input) ?? "";
  if (!/^\+?[\d(][\d ()./\p{Pd}]*$/u.test(folded) || /\(\s*0\s*\)/.test(folded)) return null;
  const digits = folded.replace(/\D/g, "");
  return /^[1-9]\d{7,14}$/.test(digits) ? (`+${digits}` as CanonicalPhoneNumber) : null;
}

/** Whether what was typed into a sign-in field is meant as an address, well-formed or not. */
export const looksLikeEmail = (identifier: string): boolean => /[@＠﹫]/u.test(identifier);

const byteLength = (text: string): number => new TextEncoder().encode(text).byteLength;
