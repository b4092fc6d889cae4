/** Names that no public DNS has (RFC 6761, RFC 6762 and its appendix G, RFC 7686, RFC 8375, RFC 9476): nobody's domain. */
const reserved =
  /(?:^|\.)(?:localhost|localdomain|test|invalid|local|internal|intranet|private|corp|home|lan|home\.arpa|onion|alt)$/;

/** What stands for this machine on a laptop. */
const ofThisMachine = /(?:^|\.)(?:localhost|test)$/;

const hostName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const publicName = /\.[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * A host name as requests carry it: lower case, A-labels (RFC 5890 §2.3.2.1). Null for anything else: a port, path or user, a dot at
 * the end, wildcards, addresses, single labels and reserved names. `localhost` and the like only under development.
 */
export function parseDomainName(text: string, development: boolean): string | null {
  // The URL parser would read these as the end of the host, a port, a user or an escape, or drop them.
  if (text.length > 253 || /[\s\p{Cc}/\\?#:@%[\]]/u.test(text)) return null;
  const host = URL.parse(`http://${text}`)?.hostname ?? "";
  if (!hostName.test(host)) return null;
  if (development && ofThisMachine.test(host)) return host;
  return publicName.test(host) && !reserved.test(host) ? host : null;
}
