import { invalid, json, none, outdated, problem, type Subject } from "./document-parts.ts";
import { keysAnswerSchema, rotateKeysSchema } from "./keys.ts";
import type { Address } from "./rights.ts";

export const keySubjects = {
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
} satisfies Partial<Record<Address, Subject>>;
