/** Resource indicators: RFC 8707. */
import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";

/**
 * The resource servers that a request names, each once, in order, as they are registered; empty when it names none. Null when one of
 * them is unknown to the realm or not for this client (§2: `invalid_target`).
 */
export function resourcesOf(context: RealmContext, client: Client, parameters: Parameters): readonly string[] | null {
  const asked = parameters.getAll("resource").map((uri) => registeredResource(context, uri));
  const known = asked.filter((uri) => uri !== null && mayUse(context, client, uri)) as string[];
  return known.length === asked.length ? [...new Set(known)] : null;
}

/**
 * The registered URI that the text names, or null. Compared character by character, but that `https://api.example` and
 * `https://api.example/` are one (RFC 3986 §6.2.3): who takes URIs apart and writes them again sends the latter.
 */
export function registeredResource({ realm }: RealmContext, uri: string): string | null {
  const isKnown = (name: string): boolean => name === realm.issuer || Object.hasOwn(realm.settings.resources, name);
  if (isKnown(uri)) return uri;
  if (!/^https?:\/\/[^/?#]+\/?$/.test(uri)) return null;
  const otherwise = uri.endsWith("/") ? uri.slice(0, -1) : `${uri}/`;
  return isKnown(otherwise) ? otherwise : null;
}

/** The realm itself may always be named: its own endpoints then take the token. */
function mayUse({ realm }: RealmContext, { metadata }: Client, uri: string): boolean {
  return uri === realm.issuer || metadata.resources?.includes(uri) !== false;
}

/** Those of the granted resources that the realm still has and the client may still use. What is left of none is nothing. */
export const usableResources = (context: RealmContext, client: Client, granted: readonly string[]): readonly string[] =>
  granted.filter((uri) => registeredResource(context, uri) === uri && mayUse(context, client, uri));

/** All that the client may name. */
export const allResources = (context: RealmContext, client: Client): readonly string[] =>
  usableResources(context, client, [context.realm.issuer, ...Object.keys(context.realm.settings.resources)]);

/** What a grant is for when its request named these: the realm's own endpoints unless it named others. */
export const grantedResources = ({ realm }: RealmContext, asked: readonly string[]): readonly string[] =>
  asked.length === 0 ? [realm.issuer] : asked;

/** Whether all that is asked for now was granted before. */
export const isNarrower = (asked: readonly string[], granted: readonly string[]): boolean =>
  asked.every((uri) => granted.includes(uri));

/**
 * Of a grant's scopes, those that a token for these resources carries: each that one of them knows. The realm itself, and a resource
 * whose scopes nobody has listed, know them all. What is left out stays granted, for tokens that are for somebody else.
 */
export function scopesFor(
  { realm }: RealmContext,
  audience: readonly string[],
  scopes: readonly string[],
): readonly string[] {
  const known = new Set<string>();
  for (const uri of audience) {
    const listed = uri === realm.issuer ? undefined : realm.settings.resources[uri]?.scopes;
    if (listed === undefined) return scopes;
    for (const scope of listed) known.add(scope);
  }
  return audience.length === 0 ? scopes : scopes.filter((scope) => known.has(scope));
}
