import { badPage, ifMatch, invalid, json, none, outdated, problem, type Subject } from "./document-parts.ts";
import { domainCheckSchema } from "./domain-check.ts";
import { moveSchema, newMoveSchema } from "./moves.ts";
import { publisherAnswerSchema, publisherSchema } from "./publishers.ts";
import { newRealmSchema, realmPatchSchema, realmSchema } from "./realm-json.ts";
import { realmsAnswerSchema, realmsQuerySchema } from "./realms.ts";
import type { Address } from "./rights.ts";

export const realmSubjects = {
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
} satisfies Partial<Record<Address, Subject>>;
