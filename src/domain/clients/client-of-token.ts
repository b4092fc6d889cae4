import { limits } from "../../config/limits.ts";
import { outboundFault } from "../outbound/outbound-address.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";
import { isDocumentAddress } from "./document-address.ts";
import { type ClientMetadata, clientMetadataSchema } from "./metadata.ts";
import { ownClient, ownClientId } from "./own-client.ts";

/** The client that a token of ours names, or null. One that is known by a document was read when the token was issued, and is not again. */
export async function clientOfToken(context: RealmContext, clientId: string): Promise<Client | null> {
  if (clientId === ownClientId) return ownClient(context.realm);
  if (!isDocumentAddress(clientId)) return context.clients.find(clientId);
  if (!isAllowed(context, clientId)) return null;
  return { ...stranger, clientId, name: new URL(clientId).host, type: "public", metadata: noMetadata() };
}

let empty: ClientMetadata | undefined;

function noMetadata(): ClientMetadata {
  empty ??= clientMetadataSchema.parse({});
  return empty;
}

/** What is the same of all clients that nobody has registered. */
export const stranger = {
  integrationId: 0,
  firstParty: false,
  selfRegistered: true,
  registrationTokenHash: null,
  usedAt: null,
  secretHash: null,
  sealedSecret: null,
  disabled: false,
  version: 0,
  createdAt: 0,
  updatedAt: 0,
} as const;

/** Whether the realm takes clients of that address at all: nothing is fetched for others. */
export function isAllowed({ realm, config }: RealmContext, address: string): boolean {
  const { client_id_metadata_documents, client_id_metadata_hosts } = realm.settings;
  const url = address.length > limits.clientDocumentAddressChars ? null : URL.parse(address);
  // The very spelling that the parser gives, so that one document has one client_id.
  if (client_id_metadata_documents === "off" || url === null || url.href !== address) return false;
  if (url.pathname === "/" || /[?#]/.test(address)) return false;
  if (outboundFault(address, config.development) !== null) return false;
  return client_id_metadata_hosts.length === 0 || client_id_metadata_hosts.includes(url.host);
}
