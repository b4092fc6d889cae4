/** Where a call of the vault may go: hosts of the provider's own API (contract §6; OWASP ASVS 5.0 §1.3.6). Pure. */
import { limits } from "../../config/limits.ts";
import { outboundFault } from "../outbound/outbound-address.ts";
import { parseDomainName } from "../realms/domain-name.ts";

/** Scheme, host and path as they are written, before any parser has had its way with them. */
const parts = /^https?:\/\/([^/?#]+)([^?#]*)(?:\?[^#]*)?$/i;
const plainHost = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/;
const dotSegment = /(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i;

/**
 * The address, or what is wrong with it. `apiHosts`: hosts, or `*.` before a name for everything below it. Nothing is mended: an address
 * that one parser could read otherwise than another is refused, so that a token goes where the text says, and to a host of the provider.
 */
export function parseCallAddress(text: string, apiHosts: readonly string[], development: boolean): URL | string {
  if (text.length > limits.vaultAddressChars) return "is too long";
  if (/[\p{Cc}\\]/u.test(text) || text !== text.trim()) return "has characters that do not belong into an address";
  const [, authority = "", path = ""] = parts.exec(text) ?? [];
  const url = authority === "" ? null : URL.parse(text);
  if (url === null) return "is not an absolute address without a fragment";
  // User information, an escape, a number in another base, a letter of another script: all of these make the two differ.
  if (url.host !== authority.toLowerCase() || !plainHost.test(url.hostname)) return "writes its host in another way";
  if (dotSegment.test(path)) return "has dots for a part of its path";
  const fault = outboundFault(url.href, development);
  if (fault !== null) return fault;
  return apiHosts.some((host) => isWithin(url, host.toLowerCase(), development))
    ? url
    : "is not on a host of the provider";
}

/** Whether an operator may name it: a host, or `*.` before a name of two labels or more. */
export function isApiHost(text: string, development: boolean): boolean {
  const name = text.toLowerCase();
  if (development && outboundFault(`http://${name}/`, true) === null)
    return URL.parse(`http://${name}/`)?.host === name;
  const base = name.startsWith("*.") ? name.slice(2) : name;
  return parseDomainName(base, development) === base && base.includes(".");
}

/** Under development providers stand on this machine, on whichever port was free: one that names no port has them all. */
function isWithin(url: URL, host: string, development: boolean): boolean {
  if (host.startsWith("*.")) return url.host.endsWith(host.slice(1));
  return url.host === host || (development && url.hostname === host);
}
