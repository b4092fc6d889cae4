/** Which headers pass through the vault in either direction (contract §6; hop by hop: RFC 9110 §7.6.1). Pure. */
import { limits } from "../../config/limits.ts";
import { malformed } from "./macros.ts";

/** Said by the vault itself, by what carries the request, or by nobody. */
const refused = new Set([
  "authorization",
  "cookie",
  "cookie2",
  "set-cookie",
  "host",
  "content-length",
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "via",
  "forwarded",
  "x-real-ip",
  "accept-encoding",
  "http2-settings",
  "origin",
  "referer",
]);
const refusedFamilies = /^(?:proxy-|x-forwarded-|cf-|sec-|x-pinc-|x-qt-)/;

/** Throws Problem for one that is not the caller's to send, or is none. `reserved`: the header that carries the provider's API key. */
export function callHeaders(sent: Readonly<Record<string, string>>, reserved: string | null): Headers {
  const headers = new Headers();
  const entries = Object.entries(sent);
  if (entries.length > limits.vaultHeaders) throw malformed("headers", "are too many");
  for (const [written, value] of entries) {
    const name = written.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/.test(name)) throw malformed("headers", "have a name that is none");
    if (refused.has(name) || refusedFamilies.test(name) || name === reserved?.toLowerCase())
      throw malformed(`headers.${name}`, "is not the caller's to send");
    if (value.length > limits.vaultHeaderChars || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw malformed(`headers.${name}`, "has a value that no header can have");
    if (headers.has(name)) throw malformed(`headers.${name}`, "is there twice");
    headers.set(name, value);
  }
  return headers;
}

/** What of an answer's headers is told beside its data: what paging, conditional requests and patience need. */
const told =
  /^(?:etag|last-modified|location|link|retry-after|content-range|content-disposition|date|expires|x-request-id|x-total-count|x-next-page|(?:x-)?ratelimit(?:-[a-z-]+)?|x-rate-limit-[a-z-]+|dropbox-api-result)$/;

export const toldHeaders = (answered: Headers): Record<string, string> =>
  Object.fromEntries([...answered].filter(([name]) => told.test(name)));

const streamed = [
  "content-type",
  "content-length",
  "content-range",
  "content-language",
  "accept-ranges",
  "etag",
  "last-modified",
  "expires",
  "retry-after",
  "location",
  "link",
];

/** Of an answer whose body goes on as it is. A body that came packed has been unpacked, and is longer than it was said to be. */
export function streamedHeaders(answered: Headers): Headers {
  const headers = new Headers();
  for (const name of streamed) {
    const value = answered.get(name);
    if (value !== null) headers.set(name, value);
  }
  const packed = answered.get("content-encoding");
  if (packed !== null && packed.toLowerCase() !== "identity") headers.delete("content-length");
  headers.set("content-disposition", attachment(answered.get("content-disposition") ?? ""));
  return headers;
}

/** Never shown in place, whatever the provider says; its name for the file stays, if it is a simple one. */
function attachment(disposition: string): string {
  const name = /;\s*(filename="[^"\\\r\n]{1,200}"|filename=[\w.-]{1,200})/i.exec(disposition)?.[1];
  const extended = /;\s*(filename\*=UTF-8''[\w.%!#$&+^`|~-]{1,600})/i.exec(disposition)?.[1];
  return ["attachment", name, extended].filter((part) => part !== undefined).join("; ");
}
