/** Puts a user's credentials on a request to the provider: RFC 6750 §2.1, RFC 5849 §3, or an API key. */
import { signOAuth1 } from "../../crypto/oauth1-signature.ts";
import type { Provider } from "../federation/provider.ts";
import type { PreparedCall } from "./call.ts";
import { type CallBody, formOf } from "./call-body.ts";
import type { Credentials } from "./connection.ts";

/** The request as it goes out: each time anew, for some are signed for one moment. */
export function attach(
  { method, url, headers, body }: PreparedCall,
  credentials: Credentials,
  provider: Provider,
): Request {
  const sent = new Headers(headers);
  const address = new URL(url);
  if (!sent.has("user-agent")) sent.set("user-agent", "Gatehouse-Vault/1");
  if (credentials.type === "bearer") sent.set("authorization", `Bearer ${credentials.accessToken}`);
  else if (credentials.type === "api_key") attachKey(credentials.key, provider, address, sent);
  else {
    // Signed and sent in one spelling (§3.6): a blank as %20, which every server reads alike.
    address.search = [...address.searchParams].map((pair) => pair.map(percentEncoded).join("=")).join("&");
    const { consumerKey, consumerSecret } = credentials;
    const signed = { method, url: address.href, form: fieldsOf(body) };
    const signatureMethod = provider.settings.signature_method ?? "HMAC-SHA1";
    sent.set("authorization", signOAuth1({ consumerKey, consumerSecret, token: credentials }, signatureMethod, signed));
  }
  return new Request(address, { method, headers: sent, body: body?.bytes ?? null });
}

/** By name: a name may be there several times. */
function fieldsOf(body: CallBody | null): Record<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const [name, value] of formOf(body)) fields.set(name, [...(fields.get(name) ?? []), value]);
  return Object.fromEntries(fields);
}

function attachKey(key: string, { settings }: Provider, address: URL, headers: Headers): void {
  const place = settings.api_key ?? { in: "header", name: "authorization", prefix: "Bearer " };
  const value = `${place.prefix ?? ""}${key}`;
  if (place.in === "header") headers.set(place.name, value);
  else address.searchParams.set(place.name, value);
}

/** RFC 5849 §3.6. */
const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** What must not come back in an answer: an API that shows requests would show it. */
export function secretsOf(credentials: Credentials): readonly string[] {
  if (credentials.type === "bearer") return [credentials.accessToken];
  return credentials.type === "api_key" ? [credentials.key] : [credentials.tokenSecret, credentials.consumerSecret];
}
