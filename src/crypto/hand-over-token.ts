/** Tokens by which a main product hands a signed-in user over: RFC 7515, RFC 7519. How they are forged elsewhere: RFC 8725 §2. */
import { decodeBase64Url, fromUtf8, utf8 } from "../lib/base64url.ts";
import { isRecord, parseJson } from "../lib/json.ts";
import { readUnprovenJwt, type UnprovenJwt } from "./foreign-signature.ts";

/** What a main product may sign with. Which one is the realm's to say, never the token's. */
export const handOverAlgorithms = ["HS256", "RS256", "ES256"] as const;
export type HandOverAlgorithm = (typeof handOverAlgorithms)[number];

/** A secret shared for HS256 is as long as the hash, or longer (RFC 7518 §3.2). */
export const shortestSecretBytes = 32;

/** Header members that ask for more than a signature over the claims. */
const refusedMembers = ["crit", "b64", "zip", "enc", "epk"];

/** `of-another-type`: its header says that it is something else, such as an access token (RFC 8725 §3.11). */
export type HandOverTokenFault = "malformed" | "unsigned" | "of-another-type";

/** A token taken apart; nothing of it is proven yet. Or why it is none, whoever has made it. */
export function readHandOverToken(text: string): UnprovenJwt | HandOverTokenFault {
  const header = headerOf(text);
  // Looked for first: without its signature it would be no JWT in compact form either, and nobody would learn why.
  if (typeof header?.alg === "string" && /^none$/i.test(header.alg)) return "unsigned";
  const jwt = readUnprovenJwt(text);
  if (jwt === null || header === null || refusedMembers.some((member) => Object.hasOwn(header, member)))
    return "malformed";
  return jwt.typ === undefined || /^(?:application\/)?jwt$/i.test(jwt.typ) ? jwt : "of-another-type";
}

const longestHeaderChars = 1024;

function headerOf(text: string): Record<string, unknown> | null {
  const end = text.indexOf(".");
  const bytes = end < 0 || end > longestHeaderChars ? null : decodeBase64Url(text.slice(0, end));
  const header = parseJson((bytes === null ? null : fromUtf8(bytes)) ?? "");
  return isRecord(header) ? header : null;
}

/** All that the signature stands for. The signature itself is no name for a token: of one over ES256 anybody can make a second. */
export const signedPart = ({ text }: UnprovenJwt): string => text.slice(0, text.lastIndexOf("."));

/** Whether the secret has signed it by HS256, whatever its header says. */
export async function isSignedWithSecret(jwt: UnprovenJwt, secret: string): Promise<boolean> {
  const signature = decodeBase64Url(jwt.text.slice(jwt.text.lastIndexOf(".") + 1));
  if (signature === null) return false;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8(secret), algorithm, false, ["verify"]);
  return crypto.subtle.verify("HMAC", key, signature, utf8(signedPart(jwt)));
}
