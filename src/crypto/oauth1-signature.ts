/** Signed requests of OAuth 1.0a: RFC 5849 §3.4; HMAC-SHA256 as its successors do it. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import OAuth from "oauth-1.0a";
import { utf8 } from "../lib/base64url.ts";
import { randomHandle } from "./random.ts";

export type OAuth1Method = "HMAC-SHA1" | "HMAC-SHA256";

export interface OAuth1Keys {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** Null for the request that begins it all. */
  readonly token: { readonly token: string; readonly tokenSecret: string } | null;
}

export interface OAuth1Request {
  readonly method: string;
  /** With its query, which is signed. */
  readonly url: string;
  /** Fields of a form body, if that is what is sent; no other body is signed (§3.4.1.3.1). */
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  /** Protocol parameters beside the usual: `oauth_callback`, `oauth_verifier`. */
  readonly protocol?: Readonly<Record<string, string>>;
}

/** The value of the Authorization header (§3.5.1). Nonce and timestamp are made anew each time. */
export function signOAuth1(keys: OAuth1Keys, method: OAuth1Method, request: OAuth1Request): string {
  const oauth = new OAuth({
    consumer: { key: keys.consumerKey, secret: keys.consumerSecret },
    signature_method: method,
    hash_function: (text, key) => base64(hmac(method === "HMAC-SHA1" ? sha1 : sha256, utf8(key), utf8(text))),
  });
  // The library's own come from Math.random.
  oauth.getNonce = () => randomHandle(16);
  const { origin, pathname } = new URL(request.url);
  const authorization = oauth.authorize(
    { method: request.method, url: `${origin}${pathname}`, data: signedParameters(request) },
    keys.token === null ? undefined : { key: keys.token.token, secret: keys.token.tokenSecret },
  );
  return oauth.toHeader({ ...authorization, ...request.protocol }).Authorization;
}

/** Read here and not by the library, which takes `+` for itself, and one of two parameters of a name for both. */
function signedParameters({ url, form, protocol }: OAuth1Request): Record<string, string | string[]> {
  const pairs = [
    ...new URL(url).searchParams,
    ...Object.entries(form ?? {}).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const)),
    ...Object.entries(protocol ?? {}),
  ];
  const all = new Map<string, string[]>();
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value]);
  return Object.fromEntries([...all].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]));
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
