/**
 * Whether a URI may be registered as a place to send people to (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1).
 * Returns what is wrong with it, or null.
 */
export function checkRedirectUri(uri: string, type: "confidential" | "public", development: boolean): string | null {
  if (/[^\x21-\x7E]|[*\\"<>^`{|}]/.test(uri)) return "holds a character that does not belong in a URI";
  if (uri.includes("#")) return "must not have a fragment";
  if (!URL.canParse(uri)) return "is not an absolute URI";
  const url = new URL(uri);
  if (url.username !== "" || url.password !== "" || /^[a-z+.-]+:\/\/[^/?]*@/i.test(uri))
    return "must not carry user information";
  if (url.protocol === "https:") return null;
  if (url.protocol === "http:") return isPlainHttpAllowed(url, type, development) ? null : "must be https";
  const scheme = url.protocol.slice(0, -1);
  return type === "public" && scheme.includes(".")
    ? null
    : "must be https, or a private-use scheme with a dot for a native app";
}

function isPlainHttpAllowed(url: URL, type: "confidential" | "public", development: boolean): boolean {
  const loopback = url.hostname === "127.0.0.1" || url.hostname === "[::1]";
  if (loopback) return type === "public" || development;
  // Native apps are told to name the address (RFC 8252 §8.3), and many name the name. The port is then part of what is registered.
  if (url.hostname === "localhost") return type === "public" || development;
  const isLocalName = /\.(?:localhost|test)$/.test(url.hostname);
  return development && isLocalName;
}

/**
 * Whether the URI of a request is registered: the very same string, save for the port of a native app's loopback address
 * (RFC 8252 §7.3).
 */
export function isRegistered(uri: string, registered: readonly string[], type: "confidential" | "public"): boolean {
  if (registered.includes(uri)) return true;
  if (type !== "public") return false;
  const withoutPort = loopbackWithoutPort(uri);
  return withoutPort !== null && registered.some((candidate) => loopbackWithoutPort(candidate) === withoutPort);
}

function loopbackWithoutPort(uri: string): string | null {
  const match = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(\/[\x21\x24-\x7E]*)?$/.exec(uri);
  return match === null ? null : `${match[1]}${match[2] ?? ""}`;
}
