/** Metadata and keys on the short way: RFC 8414 §3, RFC 7517 §5. For a realm that the isolate knows, without a step too many. */

// Whatever is not plainly such a request goes the ordinary way, which answers the same.
import type { Bindings } from "../../config/env.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import { knownRealm } from "../../domain/realms/realm-directory.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { headersFor, pathWithQuery, usableConfig } from "../../http/short-way.ts";
import { systemClock } from "../../lib/time.ts";
import { discoveryDocument, metadataHeaders } from "./discovery.ts";
import { jwksDocument } from "./jwks.ts";
import { paths } from "./paths.ts";

const documents: Readonly<Record<string, (realm: Realm, now: number) => string>> = {
  "/.well-known/openid-configuration": discoveryDocument,
  "/.well-known/oauth-authorization-server": discoveryDocument,
  [paths.jwks]: jwksDocument,
};

export function quickMetadata(request: Request, env: Bindings): Response | null {
  if (request.method !== "GET") return null;
  const { url } = request;
  const path = pathWithQuery(url);
  const write = Object.hasOwn(documents, path) ? documents[path] : undefined;
  if (write === undefined) return null;
  const now = systemClock.now();
  const realm = knownRealm(hostOf(url), now);
  const config = realm === undefined ? null : usableConfig(env);
  if (realm === undefined || config === null) return null;
  return new Response(write(realm, now), { headers: headersFor(config, headers) });
}

const headers = { ...metadataHeaders, "access-control-allow-origin": "*" };
