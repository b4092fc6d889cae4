/** Which addresses this server may call: OWASP ASVS 5.0 §1.3.6. What somebody else names must not lead it to its own neighbours. */
import { parseDomainName } from "../realms/domain-name.ts";

/** What stands for this machine on a laptop. */
const thisMachine = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|(?:.+\.)?(?:localhost|test))$/;

/**
 * What is wrong with calling this address, or null: https on the standard port of a host with a public name, and nothing else. Addresses
 * by number are refused in every spelling, public ones too. Under development this machine may be called as well, on any port.
 */
export function outboundFault(address: string, development: boolean): string | null {
  const url = /[\s\p{Cc}\\]/u.test(address) ? null : URL.parse(address);
  if (url === null) return "is not a URL";
  if (/^[a-z+.-]+:\/*[^/?#]*@/i.test(address)) return "must not carry user information";
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  if (development && isWeb && thisMachine.test(url.hostname)) return null;
  if (url.protocol !== "https:") return "must be https";
  if (url.port !== "") return "must not have a port";
  return parseDomainName(url.hostname, false) === null ? "is not on a public host" : null;
}
