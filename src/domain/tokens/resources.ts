/** Resource indicators: RFC 8707. */
import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";

/**
 * The resource servers that a request names, each once, in order; empty when it names none. Null when one of them is unknown to the
 * realm or not for this client (§2: `invalid_target`).
 */
export function resourcesOf(context: RealmContext, client: Client, parameters: Parameters): readonly string[] | null {
  const asked = [...new Set(parameters.getAll("resource"))];
  return asked.every((uri) => mayUse(context, client, uri)) ? asked : null;
}

/** The realm itself may always be named: its own endpoints then take the token. */
function mayUse({ realm }: RealmContext, { metadata }: Client, uri: string): boolean {
  if (uri === realm.issuer) return true;
  return Object.hasOwn(realm.settings.resources, uri) && metadata.resources?.includes(uri) !== false;
}

/** What a grant is for when its request named these: the realm's own endpoints unless it named others. */
export const grantedResources = ({ realm }: RealmContext, asked: readonly string[]): readonly string[] =>
  asked.length === 0 ? [realm.issuer] : asked;

/** Whether all that is asked for now was granted before. */
export const isNarrower = (asked: readonly string[], granted: readonly string[]): boolean =>
  asked.every((uri) => granted.includes(uri));
