import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";
import { parseScope, standardScopes } from "./scopes.ts";

/**
 * What the client may have of what it asks a user for; never more. Scopes unknown here or not allowed for it are left out; the answer says
 * what was granted (RFC 6749 §3.3). Null when the parameter is malformed, or nothing of it is left.
 */
export function grantableScopes(
  { realm }: RealmContext,
  { metadata }: Client,
  scope: string | undefined,
): readonly string[] | null {
  const asked = parseScope(scope);
  if (asked === null) return null;
  const known = new Set([...standardScopes, ...Object.keys(realm.settings.scopes), ...metadata.scopes]);
  const mayRefresh = metadata.grant_types.includes("refresh_token");
  const usable = asked
    .filter((name) => known.has(name) && metadata.scopes.includes(name))
    .filter((name) => mayRefresh || name !== "offline_access");
  return asked.length > 0 && usable.length === 0 ? null : usable;
}
