import type * as z from "zod";
import {
  apiKeysAnswerSchema,
  madeApiKeySchema,
  newClientKeySchema,
  newSourceKeySchema,
  rotateApiKeySchema,
} from "./api-keys.ts";
import { invalid, json, none, problem, type Subject } from "./document-parts.ts";
import type { Address } from "./rights.ts";

const forSysadmins = "For system administrators.";
const madeOrFull = {
  201: { description: "The key, this once.", schema: madeApiKeySchema },
  409: problem("`api-key-limit-reached`"),
  ...invalid,
};

const made = (tag: string, whose: string, schema: z.ZodType): Subject => ({
  tag,
  summary: `Make a key for ${whose} server`,
  description: `It is sent in the header X-API-Key. ${forSysadmins}`,
  body: { ...json(schema), optional: true },
  responses: madeOrFull,
});

const listed = (tag: string, whose: string): Subject => ({
  tag,
  summary: `List ${whose} keys`,
  description: `How they begin, and when they were last used, to the minute. ${forSysadmins}`,
  responses: { 200: { description: "The newest first.", schema: apiKeysAnswerSchema } },
});

const withdrawn = (tag: string, whose: string): Subject => ({
  tag,
  summary: `Withdraw a key of ${whose} server`,
  description: `It is worth nothing from then on. ${forSysadmins}`,
  responses: none,
});

const rotated = (tag: string, whose: string): Subject => ({
  tag,
  summary: `Make a key in the place of another of ${whose} server`,
  description: `The old one goes on for a while, so that no call fails in between. ${forSysadmins}`,
  body: { ...json(rotateApiKeySchema), optional: true },
  responses: madeOrFull,
});

const product = "a main product's";
const application = "an application's";

export const apiKeySubjects = {
  "POST /realms/:realm/sources/:source/api-keys": made("Sources", product, newSourceKeySchema),
  "GET /realms/:realm/sources/:source/api-keys": listed("Sources", product),
  "DELETE /realms/:realm/sources/:source/api-keys/:key": withdrawn("Sources", product),
  "POST /realms/:realm/sources/:source/api-keys/:key/rotate": rotated("Sources", product),
  "POST /realms/:realm/clients/:client/api-keys": made("Clients", application, newClientKeySchema),
  "GET /realms/:realm/clients/:client/api-keys": listed("Clients", application),
  "DELETE /realms/:realm/clients/:client/api-keys/:key": withdrawn("Clients", application),
  "POST /realms/:realm/clients/:client/api-keys/:key/rotate": rotated("Clients", application),
} satisfies Partial<Record<Address, Subject>>;
