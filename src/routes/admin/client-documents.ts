import { clientBodySchema, clientPatchSchema, clientSchema, newClientSchema } from "./client-json.ts";
import { clientsAnswerSchema, newSecretSchema } from "./clients.ts";
import { badPage, ifMatch, invalid, json, none, outdated, problem, type Subject } from "./document-parts.ts";
import { pageQuerySchema } from "./paging.ts";
import {
  madeRegistrationTokenSchema,
  newRegistrationTokenSchema,
  registrationTokensAnswerSchema,
} from "./registration-tokens.ts";
import type { Address } from "./rights.ts";

export const clientSubjects = {
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
} satisfies Partial<Record<Address, Subject>>;
