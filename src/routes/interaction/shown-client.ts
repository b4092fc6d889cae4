import type { Client } from "../../domain/clients/client.ts";
import { isDocumentAddress } from "../../domain/clients/document-address.ts";
import type { ConsentPageProps } from "../../pages/consent-page.tsx";

/** A client as people are shown it who are asked to let it in. */
export const shownClient = (client: Client): ConsentPageProps["client"] => ({
  name: client.name,
  // A picture of their choice would let strangers look like somebody whom people know.
  logoUrl: client.selfRegistered ? undefined : client.metadata.logo_uri,
  standsAt: isDocumentAddress(client.clientId) ? new URL(client.clientId).host : undefined,
  policyUrl: client.metadata.policy_uri,
  termsUrl: client.metadata.tos_uri,
});
