import * as z from "zod";
import { mappingFileSchema, mappingSchema } from "../../domain/vault/mapping.ts";
import { mappingAnswerSchema, mappingsAnswerSchema } from "../vault-calls/mappings.ts";
import { ifMatch, invalid, json, none, outdated, problem, type Subject } from "./document-parts.ts";
import { trialAnswerSchema, trialSchema } from "./mappings.ts";
import type { Address } from "./rights.ts";

const tag = "Token vault";

export const mappingSubjects = {
  "GET /realms/:realm/clients/:client/mappings": {
    tag,
    summary: "List an application's mappings",
    responses: { 200: { description: "By name.", schema: mappingsAnswerSchema } },
  },
  "GET /realms/:realm/clients/:client/mappings/:mapping": {
    tag,
    summary: "Read an application's mapping",
    responses: { 200: { description: "The mapping.", schema: mappingAnswerSchema } },
  },
  "PUT /realms/:realm/clients/:client/mappings/:mapping": {
    tag,
    summary: "Write an application's mapping",
    description: `In the place of the one that has its name. Checked as what the application writes itself at \`/api/v1/mappings/{name}\`. First-party applications' only by system administrators. ${ifMatch}`,
    body: json(z.union([mappingSchema, mappingFileSchema])),
    responses: {
      200: { description: "The mapping, as it is now.", schema: mappingAnswerSchema },
      201: { description: "It is new.", schema: mappingAnswerSchema },
      409: problem("`mapping-limit-reached`"),
      ...outdated,
      ...invalid,
    },
  },
  "DELETE /realms/:realm/clients/:client/mappings/:mapping": {
    tag,
    summary: "Delete an application's mapping",
    description: "Its methods are gone at once. First-party applications' only by system administrators.",
    responses: { ...none, ...outdated },
  },
  "POST /realms/:realm/clients/:client/mappings/:mapping/try": {
    tag,
    summary: "Try a mapping out",
    description:
      "The one there is, or the one in the body: what it would send with these arguments, and what it makes of an answer. Nobody is called, nothing is kept, and no user is asked.",
    body: { ...json(trialSchema), optional: true },
    responses: {
      200: { description: "The request, and the result.", schema: trialAnswerSchema },
      400: problem("`CALL_FORMAT_ERROR`: the method does not take these arguments."),
      ...invalid,
    },
  },
} satisfies Partial<Record<Address, Subject>>;
