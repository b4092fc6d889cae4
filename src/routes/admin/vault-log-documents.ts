import { callsAnswerSchema } from "../vault-calls/calls.ts";
import { mappingsAnswerSchema } from "../vault-calls/mappings.ts";
import { badPage, type Subject } from "./document-parts.ts";
import type { Address } from "./rights.ts";
import { connectionHealthSchema, realmCallsQuerySchema } from "./vault-log.ts";

export const vaultLogSubjects = {
  "GET /realms/:realm/calls": {
    tag: "Token vault",
    summary: "List calls",
    description: "The realm's, for seven days: what was called and what came of it, never what was sent or answered.",
    query: realmCallsQuerySchema,
    responses: { 200: { description: "The newest first.", schema: callsAnswerSchema }, ...badPage },
  },
  "GET /realms/:realm/mappings": {
    tag: "Token vault",
    summary: "List mappings",
    description: "Those of all applications.",
    responses: { 200: { description: "By application and name.", schema: mappingsAnswerSchema } },
  },
  "GET /realms/:realm/users/:user/connection-health": {
    tag: "Token vault",
    summary: "See how calls over a user's connections go",
    description: "The last success, the last failure, and how many have failed since the last success.",
    responses: { 200: { description: "Of connections that have been called over.", schema: connectionHealthSchema } },
  },
} satisfies Partial<Record<Address, Subject>>;
