import type { Config } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { parseDomainName } from "./domain-name.ts";

const notAHost = "is not a host name";

/** The hosts of a list, in one spelling and each once. Throws Problem, naming the entries of `field` that are none. */
export function parseHosts(field: string, texts: readonly string[], config: Config): string[] {
  const hosts = new Set<string>();
  const faults: Record<string, string> = {};
  for (const [index, text] of texts.entries()) {
    const host = parseDomainName(text, config.development);
    if (host === null) faults[`${field}.${index}`] = notAHost;
    else hosts.add(host);
  }
  if (Object.keys(faults).length > 0) throw new Problem("body-invalid", { fields: faults });
  return [...hosts];
}

/** The auth domain, which must be one of the realm's hosts. Throws Problem. */
export function parseAuthDomain(text: string, hosts: readonly string[], config: Config): string {
  const host = parseDomainName(text, config.development);
  if (host === null) throw new Problem("body-invalid", { fields: { auth_domain: notAHost } });
  requireAuthDomainAmong(hosts, host);
  return host;
}

export function requireAuthDomainAmong(hosts: readonly string[], authDomain: string): void {
  if (!hosts.includes(authDomain))
    throw new Problem("auth-domain-not-in-realm", { fields: { auth_domain: "is not one of the domains" } });
}

/** The realm's own sign-in page stands on one of its hosts: who is sent there is about to type a password. Throws Problem. */
export function requireAuthenticationUrl(text: string, hosts: readonly string[], config: Config): void {
  const fault = authenticationUrlFault(text, hosts, config);
  if (fault !== null) throw new Problem("body-invalid", { fields: { authentication_url: fault } });
}

function authenticationUrlFault(text: string, hosts: readonly string[], config: Config): string | null {
  const url = /[\s\p{Cc}\\]/u.test(text) || text.length > limits.urlLength ? null : URL.parse(text);
  if (url === null) return "is not a URL";
  if (url.protocol !== "https:" && !(config.development && url.protocol === "http:")) return "must be https";
  if (url.username !== "" || url.password !== "") return "must not carry user information";
  if (text.includes("#")) return "must not have a fragment";
  if (url.port !== "" && !config.development) return "must not have a port";
  return hosts.includes(url.hostname) ? null : "is not on one of the domains";
}
