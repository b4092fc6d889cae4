import { ifMatch, invalid, json, none, outdated, type Subject } from "./document-parts.ts";
import { providerCheckSchema } from "./provider-check.ts";
import { providerBodySchema, providerSchema, providersAnswerSchema } from "./provider-json.ts";
import type { Address } from "./rights.ts";

export const providerSubjects = {
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
} satisfies Partial<Record<Address, Subject>>;
