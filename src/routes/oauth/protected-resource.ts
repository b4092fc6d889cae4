/**
 * GET /.well-known/oauth-protected-resource: RFC 9728. At the root, of the realm's own endpoints; below it, of the resource servers that
 * stand on a domain of the realm. Others publish their own, and name the realm in it.
 */
import { limits } from "../../config/limits.ts";
import { proofAlgorithms } from "../../crypto/dpop-proof.ts";
import type { RealmContext } from "../../domain/realm-context.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { registeredResource } from "../../domain/tokens/resources.ts";
import { standardScopes } from "../../domain/tokens/scopes.ts";
import { Problem } from "../../errors/errors.ts";
import { resourceMetadataPath } from "../../http/challenge.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";

export function protectedResource(c: AppContext): Response {
  const context = c.get("realm");
  return c.body(JSON.stringify(metadata(context, namedResource(c, context))), 200, {
    "content-type": "application/json",
    "cache-control": `public, max-age=${limits.metadataMaxAgeSeconds}`,
  });
}

/** The resource whose metadata stand here: its own path follows the well-known one (§3.1). Throws Problem, 404. */
function namedResource(c: AppContext, context: RealmContext): string {
  const { realm, config } = context;
  const path = new URL(c.req.url).pathname.slice(resourceMetadataPath.length);
  const resource = registeredResource(context, `${originOf(hostOf(c.req.url), config)}${path}`);
  if (resource !== null) return resource;
  if (path === "" || path === "/") return realm.issuer;
  throw new Problem("not-found");
}

/** §2. What is the realm's own is the issuer, on whichever of its domains it is asked for. */
function metadata({ realm }: RealmContext, resource: string): Record<string, unknown> {
  const isOwn = resource === realm.issuer;
  const registered = realm.settings.resources[resource];
  const scopes = isOwn ? [...new Set([...standardScopes, ...Object.keys(realm.settings.scopes)])] : registered?.scopes;
  return {
    resource,
    resource_name: isOwn ? realm.name : registered?.name,
    authorization_servers: [realm.issuer],
    ...(scopes === undefined ? {} : { scopes_supported: scopes }),
    ...(isOwn
      ? {
          bearer_methods_supported: ["header", "body"],
          dpop_signing_alg_values_supported: proofAlgorithms,
          resource_documentation: `${realm.issuer}/docs`,
        }
      : { bearer_methods_supported: ["header"] }),
  };
}
