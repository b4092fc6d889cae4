import type { Realm } from "../realms/realm.ts";
import { standardScopes } from "../tokens/scopes.ts";
import type { Client } from "./client.ts";
import { clientMetadataSchema } from "./metadata.ts";

/** Registered clients have longer ids. */
export const ownClientId = "own";

const known = new WeakMap<Realm, Client>();

/**
 * The realm's own application, which nobody registers: whoever signs in at /api/auth and names no other is its user (contract §4). It has
 * no return addresses, so that no code ever goes to it, and the other endpoints do not know it.
 */
export function ownClient(realm: Realm): Client {
  const client = known.get(realm) ?? makeOwnClient(realm);
  known.set(realm, client);
  return client;
}

function makeOwnClient({ name, settings }: Realm): Client {
  const scopes = [...standardScopes.filter((scope) => scope !== "offline_access"), ...Object.keys(settings.scopes)];
  return {
    integrationId: 0,
    clientId: ownClientId,
    name,
    type: "public",
    firstParty: true,
    selfRegistered: false,
    registrationTokenHash: null,
    usedAt: null,
    secretHash: null,
    sealedSecret: null,
    metadata: clientMetadataSchema.parse({
      grant_types: ["refresh_token"],
      scopes: [...new Set(scopes)].slice(0, 100),
      access_token_format: "split",
    }),
    disabled: false,
    version: 0,
    createdAt: 0,
    updatedAt: 0,
  };
}
