import { doctorSchema } from "./doctor.ts";
import type { Subject } from "./document-parts.ts";
import { keyEncryptionSchema } from "./key-encryption.ts";
import type { Address } from "./rights.ts";

export const deploymentSubjects = {
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
} satisfies Partial<Record<Address, Subject>>;
