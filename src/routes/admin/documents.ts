import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { apiKeySubjects } from "./api-key-documents.ts";
import { clientBodySchema, clientPatchSchema, clientSchema, newClientSchema } from "./client-json.ts";
import { clientsAnswerSchema, newSecretSchema } from "./clients.ts";
import { doctorSchema } from "./doctor.ts";
import { badPage, ifMatch, invalid, json, none, outdated, problem, refusals, type Subject } from "./document-parts.ts";
import { domainCheckSchema } from "./domain-check.ts";
import { eventSubjects } from "./event-documents.ts";
import { importSubjects } from "./import-documents.ts";
import { keyEncryptionSchema } from "./key-encryption.ts";
import { keysAnswerSchema, rotateKeysSchema } from "./keys.ts";
import { mappingSubjects } from "./mapping-documents.ts";
import { moveSchema, newMoveSchema } from "./moves.ts";
import { pageQuerySchema } from "./paging.ts";
import { providerCheckSchema } from "./provider-check.ts";
import { providerBodySchema, providerSchema, providersAnswerSchema } from "./provider-json.ts";
import { publisherAnswerSchema, publisherSchema } from "./publishers.ts";
import { newRealmSchema, realmPatchSchema, realmSchema } from "./realm-json.ts";
import { realmsAnswerSchema, realmsQuerySchema } from "./realms.ts";
import {
  madeRegistrationTokenSchema,
  newRegistrationTokenSchema,
  registrationTokensAnswerSchema,
} from "./registration-tokens.ts";
import type { Address } from "./rights.ts";
import { sourceSubjects } from "./source-documents.ts";
import { userSubjects } from "./user-documents.ts";
import { vaultLogSubjects } from "./vault-log-documents.ts";
import { webhookSubjects } from "./webhook-documents.ts";

const parameters: Readonly<Record<string, z.ZodType>> = {
  realm: z.string().describe("The realm's id, or its name when only one realm has it."),
  domain: z.string().describe("A host name of the realm's."),
  client: z.string().describe("Its client_id or integration_id."),
  user: z.string().describe("The user's id, as a number or as `qp_<id>`."),
  session: z.string().describe("The session's id."),
  kid: z.string().describe("The key's id."),
  token: z.string().describe("The token's id, not the token itself."),
  provider: z.string().describe("The provider's name: lower-case letters, digits and dashes."),
  source: z.string().describe("The source's name: lower-case letters, digits, dashes and underscores."),
  key: z.string().describe("The key's id, not the key itself."),
  mapping: z.string().describe("The mapping's name: letters, digits, dashes and underscores."),
};

const subjects: Record<Address, Subject> = {
  "POST /realms": {
    tag: "Realms",
    summary: "Make a realm",
    description: "With its first signing keys. For the deployment's operators.",
    body: json(newRealmSchema),
    responses: {
      201: { description: "The realm.", schema: realmSchema },
      409: problem("`domain-already-in-realm`; `errors` names the domains."),
      ...invalid,
    },
  },
  "GET /realms": {
    tag: "Realms",
    summary: "List realms",
    description: "All of them for the deployment's operators; for a realm's own, theirs.",
    query: realmsQuerySchema,
    responses: { 200: { description: "A page of realms.", schema: realmsAnswerSchema }, ...badPage },
  },
  "GET /realms/:realm": {
    tag: "Realms",
    summary: "Read a realm",
    responses: {
      200: { description: "The realm.", schema: realmSchema },
      409: problem("`realm-ambiguous`: several realms have this name."),
    },
  },
  "PATCH /realms/:realm": {
    tag: "Realms",
    summary: "Change a realm",
    description: `What is left out stays. Lists are replaced, settings merged. For system administrators. ${ifMatch}`,
    body: json(realmPatchSchema),
    responses: {
      200: { description: "The realm.", schema: realmSchema },
      409: problem("`domain-already-in-realm`; `errors` names the domains. `jurisdiction-fixed`."),
      ...outdated,
      ...invalid,
    },
  },
  "DELETE /realms/:realm": {
    tag: "Realms",
    summary: "Delete a realm with everything in it",
    description: "Its domains and keys are gone at once, its users soon after. For the deployment's operators.",
    responses: { ...none, 409: problem("`realm-move-under-way`: abort the move first."), ...outdated },
  },
  "POST /realms/:realm/move": {
    tag: "Realms",
    summary: "Move a realm to another shard",
    description:
      "Its rows are copied while it is in use; for some seconds it then takes no changes (503 with `Retry-After`), while sign-ins, refreshes and everything else that only reads go on. Goes on by the queue. For the deployment's operators.",
    body: json(newMoveSchema),
    responses: {
      202: { description: "It is under way.", schema: moveSchema },
      409: problem("`realm-already-there` or `realm-move-under-way`."),
      ...invalid,
    },
  },
  "GET /realms/:realm/move": {
    tag: "Realms",
    summary: "See how far a realm's move is",
    description: "The last one stays to be seen. For the deployment's operators.",
    responses: { 200: { description: "The move.", schema: moveSchema } },
  },
  "DELETE /realms/:realm/move": {
    tag: "Realms",
    summary: "Abort a realm's move",
    description:
      "Until it is switched. Changes are taken again at once or after some seconds, and the copies are deleted. For the deployment's operators.",
    responses: {
      202: { description: "It is being aborted.", schema: moveSchema },
      409: problem("`realm-move-too-late`: the realm works on the new shard already."),
    },
  },
  "POST /publishers": {
    tag: "Realms",
    summary: "Make the two realms of a publisher",
    description: "One for editors and one for readers; both or neither. For the deployment's operators.",
    body: json(publisherSchema),
    responses: {
      201: { description: "The two realms.", schema: publisherAnswerSchema },
      409: problem("`domain-already-in-realm`; `errors` names the domains."),
      ...invalid,
    },
  },
  "POST /realms/:realm/domains/:domain/check": {
    tag: "Realms",
    summary: "Check that a domain leads here",
    description:
      "The domain is called as any browser would, and has to prove that it reaches this deployment and this realm. For system administrators.",
    responses: { 200: { description: "What the call met.", schema: domainCheckSchema } },
  },

  "GET /doctor": {
    tag: "Deployment",
    summary: "Examine the deployment",
    description: "Bindings, secrets, signing keys, providers, webhooks of all realms. For the deployment's operators.",
    responses: { 200: { description: "What was found, and what to do about it.", schema: doctorSchema } },
  },

  "GET /key-encryption": {
    tag: "Deployment",
    summary: "What is sealed under which key",
    description:
      "Counted now; and how far the sweep has come that brings everything under the newest. For the deployment's operators.",
    responses: { 200: { description: "The keys, and the sweep.", schema: keyEncryptionSchema } },
  },
  "POST /key-encryption/rewrap": {
    tag: "Deployment",
    summary: "Bring all that is sealed under the newest key",
    description:
      "It happens by itself after KEY_ENCRYPTION_KEYS has changed; this begins at once, or once more. Goes on by the queue. For the deployment's operators.",
    responses: { 202: { description: "It is under way.", schema: keyEncryptionSchema } },
  },

  "POST /realms/:realm/clients": {
    tag: "Clients",
    summary: "Register a client",
    description: "First-party ones only by system administrators.",
    body: json(clientBodySchema),
    responses: {
      201: { description: "The client, and its secret this once.", schema: newClientSchema },
      422: problem(
        "`invalid_redirect_uri`, `invalid_client_metadata` or `validation-failed`; `errors` names the fields.",
      ),
    },
  },
  "GET /realms/:realm/clients": {
    tag: "Clients",
    summary: "List clients",
    query: pageQuerySchema,
    responses: { 200: { description: "A page of clients.", schema: clientsAnswerSchema }, ...badPage },
  },
  "GET /realms/:realm/clients/:client": {
    tag: "Clients",
    summary: "Read a client",
    responses: { 200: { description: "The client.", schema: clientSchema } },
  },
  "PATCH /realms/:realm/clients/:client": {
    tag: "Clients",
    summary: "Change a client",
    description: `What is left out stays, null brings a default back, lists are replaced. ${ifMatch}`,
    body: json(clientPatchSchema),
    responses: {
      200: { description: "The client.", schema: clientSchema },
      ...outdated,
      422: problem(
        "`invalid_redirect_uri`, `invalid_client_metadata` or `validation-failed`; `errors` names the fields.",
      ),
    },
  },
  "DELETE /realms/:realm/clients/:client": {
    tag: "Clients",
    summary: "Delete a client",
    description: "With its keys and webhooks. Its tokens are worth nothing from then on.",
    responses: { ...none, ...outdated },
  },
  "POST /realms/:realm/clients/:client/rotate-secret": {
    tag: "Clients",
    summary: "Give a client a new secret",
    description: "The old one is worth nothing from then on.",
    responses: {
      200: { description: "The secret, this once.", schema: newSecretSchema },
      409: problem("`secret-not-used`: a public client has none."),
      ...outdated,
    },
  },

  "POST /realms/:realm/registration-tokens": {
    tag: "Clients",
    summary: "Make an initial access token",
    description:
      "Whoever holds it may register clients at `/register` (RFC 7591 §3), where the realm's setting `registration` is `token`.",
    body: { ...json(newRegistrationTokenSchema), optional: true },
    responses: { 201: { description: "The token, this once.", schema: madeRegistrationTokenSchema }, ...invalid },
  },
  "GET /realms/:realm/registration-tokens": {
    tag: "Clients",
    summary: "List initial access tokens",
    query: pageQuerySchema,
    responses: { 200: { description: "A page of tokens.", schema: registrationTokensAnswerSchema }, ...badPage },
  },
  "DELETE /realms/:realm/registration-tokens/:token": {
    tag: "Clients",
    summary: "Withdraw an initial access token",
    description: "Clients that were registered with it stay.",
    responses: none,
  },

  ...userSubjects,
  ...importSubjects,

  "GET /realms/:realm/providers": {
    tag: "Providers",
    summary: "List upstream providers",
    description: "Without their secrets. For system administrators.",
    responses: { 200: { description: "All of them.", schema: providersAnswerSchema } },
  },
  "GET /realms/:realm/providers/:provider": {
    tag: "Providers",
    summary: "Read an upstream provider",
    description: "Without its secret. For system administrators.",
    responses: { 200: { description: "The provider.", schema: providerSchema } },
  },
  "PUT /realms/:realm/providers/:provider": {
    tag: "Providers",
    summary: "Set an upstream provider",
    description: `What is left out gets its preset's value or its default; only the secret stays. Register \`callback_urls\` of the answer at the provider, and \`vault_redirect_uri\` for the token vault. For system administrators. ${ifMatch}`,
    body: json(providerBodySchema),
    responses: {
      200: { description: "The provider, as it is now.", schema: providerSchema },
      201: { description: "The provider, which is new.", schema: providerSchema },
      ...outdated,
      ...invalid,
    },
  },
  "DELETE /realms/:realm/providers/:provider": {
    tag: "Providers",
    summary: "Delete an upstream provider",
    description: "With all connections made through it. For system administrators.",
    responses: { ...none, ...outdated },
  },
  "POST /realms/:realm/providers/:provider/check": {
    tag: "Providers",
    summary: "Check an upstream provider",
    description: "Reads what it publishes, as a sign-in would. For system administrators.",
    responses: { 200: { description: "What was found.", schema: providerCheckSchema } },
  },

  ...sourceSubjects,
  ...apiKeySubjects,

  ...vaultLogSubjects,
  ...mappingSubjects,
  ...webhookSubjects,
  ...eventSubjects,

  "GET /realms/:realm/keys": {
    tag: "Signing keys",
    summary: "List signing keys",
    description: "Without key material. For system administrators.",
    responses: { 200: { description: "The keys.", schema: keysAnswerSchema } },
  },
  "POST /realms/:realm/keys/rotate": {
    tag: "Signing keys",
    summary: "Begin to sign with the next key",
    description: "The one before stays published until the last token it signed is over. For system administrators.",
    body: { ...json(rotateKeysSchema), optional: true },
    responses: { 200: { description: "The keys.", schema: keysAnswerSchema }, ...invalid },
  },
  "POST /realms/:realm/keys/:kid/revoke": {
    tag: "Signing keys",
    summary: "Withdraw a signing key",
    description:
      "Whatever it signed is worth nothing from then on. A key that has not signed yet is replaced; the active one has to be rotated first. For system administrators.",
    responses: { ...none, 409: problem("`key-in-use`: the key is the active one."), ...outdated },
  },
};

export const adminDocuments: readonly EndpointDocument[] = Object.entries(subjects).map(([address, subject]) => {
  const [method = "", path = ""] = address.split(" ");
  const names = [...path.matchAll(/:([a-z]+)/g)].map(([, name = ""]) => name);
  return {
    method: method.toLowerCase() as EndpointDocument["method"],
    path: `/admin/v1${path.replaceAll(/:([a-z]+)/g, "{$1}")}`,
    ...(names.length === 0
      ? {}
      : { pathParams: z.object(Object.fromEntries(names.map((name) => [name, parameters[name] ?? z.string()]))) }),
    ...subject,
    responses: { ...subject.responses, ...refusals },
    security: "operator",
  };
});
