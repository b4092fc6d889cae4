import { badPage, invalid, json, problem, type Subject } from "./document-parts.ts";
import {
  exportAnswerSchema,
  exportQuerySchema,
  importAnswerSchema,
  importDocumentSchema,
  importQuerySchema,
} from "./import-json.ts";
import type { Address } from "./rights.ts";

export const importSubjects = {
  "POST /realms/:realm/users/import": {
    tag: "Users",
    summary: "Import users",
    description:
      "With passwords hashed elsewhere: they are checked as they are, and replaced at the next sign-in. Each line stands by itself, and the same lines sent again change nothing. The body is the object below, or one user a line as `application/x-ndjson`. Webhooks hear of users who are changed, not of each who is new.",
    query: importQuerySchema,
    body: json(importDocumentSchema),
    responses: {
      200: { description: "What became of each line.", schema: importAnswerSchema },
      413: problem("`body-too-large`: send fewer lines."),
      ...invalid,
    },
  },
  "GET /realms/:realm/users/export": {
    tag: "Users",
    summary: "Export users",
    description: "As an import takes them.",
    query: exportQuerySchema,
    responses: { 200: { description: "A page of users, by id.", schema: exportAnswerSchema }, ...badPage },
  },
} as const satisfies Partial<Record<Address, Subject>>;
