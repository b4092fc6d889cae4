import { ifMatch, invalid, json, none, outdated, problem, type Subject } from "./document-parts.ts";
import type { Address } from "./rights.ts";
import {
  madeSourceKeySchema,
  newSourceKeySchema,
  rotateSourceKeySchema,
  sourceKeysAnswerSchema,
} from "./source-keys.ts";
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
  "POST /realms/:realm/sources/:source/api-keys": {
    tag: "Sources",
    summary: "Make a key for a main product's server",
    description: "It is sent in the header X-API-Key. For system administrators.",
    body: { ...json(newSourceKeySchema), optional: true },
    responses: {
      201: { description: "The key, this once.", schema: madeSourceKeySchema },
      409: problem("`api-key-limit-reached`"),
      ...invalid,
    },
  },
  "GET /realms/:realm/sources/:source/api-keys": {
    tag: "Sources",
    summary: "List a main product's keys",
    description: "How they begin, and when they were last used, to the minute. For system administrators.",
    responses: { 200: { description: "The newest first.", schema: sourceKeysAnswerSchema } },
  },
  "DELETE /realms/:realm/sources/:source/api-keys/:key": {
    tag: "Sources",
    summary: "Withdraw a key",
    description: "It is worth nothing from then on. For system administrators.",
    responses: none,
  },
  "POST /realms/:realm/sources/:source/api-keys/:key/rotate": {
    tag: "Sources",
    summary: "Make a key in the place of another",
    description: "The old one goes on for a while, so that no call fails in between. For system administrators.",
    body: { ...json(rotateSourceKeySchema), optional: true },
    responses: {
      201: { description: "The new key, this once.", schema: madeSourceKeySchema },
      409: problem("`api-key-limit-reached`"),
      ...invalid,
    },
  },
} satisfies Partial<Record<Address, Subject>>;
