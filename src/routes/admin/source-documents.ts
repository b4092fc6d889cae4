import { ifMatch, invalid, json, none, outdated, type Subject } from "./document-parts.ts";
import type { Address } from "./rights.ts";
import { sourceBodySchema, sourceSchema, sourcesAnswerSchema } from "./sources.ts";

export const sourceSubjects = {
  "GET /realms/:realm/sources": {
    tag: "Sources",
    summary: "List main products",
    description: "Without their secrets. For system administrators.",
    responses: { 200: { description: "All of them.", schema: sourcesAnswerSchema } },
  },
  "GET /realms/:realm/sources/:source": {
    tag: "Sources",
    summary: "Read a main product",
    description: "Without its secret. For system administrators.",
    responses: { 200: { description: "The source.", schema: sourceSchema } },
  },
  "PUT /realms/:realm/sources/:source": {
    tag: "Sources",
    summary: "Set a main product",
    description: `Its tokens sign people in. What is left out gets its default; only the secret stays. For system administrators. ${ifMatch}`,
    body: json(sourceBodySchema),
    responses: {
      200: { description: "The source, as it is now.", schema: sourceSchema },
      201: { description: "The source, which is new.", schema: sourceSchema },
      ...outdated,
      ...invalid,
    },
  },
  "DELETE /realms/:realm/sources/:source": {
    tag: "Sources",
    summary: "Delete a main product",
    description: "With its keys and all accounts linked through it. For system administrators.",
    responses: { ...none, ...outdated },
  },
} satisfies Partial<Record<Address, Subject>>;
