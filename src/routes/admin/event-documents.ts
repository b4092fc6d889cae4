import { attentionQuerySchema, attentionSchema } from "./attention.ts";
import { badPage, problem, type Subject } from "./document-parts.ts";
import {
  chainAnswerSchema,
  eventsAnswerSchema,
  eventsQuerySchema,
  exportQuerySchema,
  statisticsAnswerSchema,
  statisticsQuerySchema,
} from "./events.ts";
import type { Address } from "./rights.ts";

const tag = "Audit";

const list = {
  tag,
  summary: "Read the audit log",
  description:
    "What happened, the newest first: ids and names of ours, never a secret, an address or what somebody typed. What users do arrives after a second or two. Filters may be combined; a rare type is found sooner with `from`.",
  query: eventsQuerySchema,
  responses: { 200: { description: "A page of events.", schema: eventsAnswerSchema }, ...badPage },
} satisfies Subject;

const chain = {
  tag,
  summary: "Read where the audit chain begins and ends",
  description: "What it takes to verify an export: see docs/audit.md.",
  responses: { 200: { description: "The two ends.", schema: chainAnswerSchema } },
} satisfies Subject;

const whole = {
  tag,
  summary: "Export the audit log",
  description:
    "The oldest first, as a stream. NDJSON begins with a line that describes the chain; each further one is {event, hash, seq}. CSV cannot be taken for formulas.",
  query: exportQuerySchema,
  responses: { 200: { description: "NDJSON or CSV." }, ...badPage },
} satisfies Subject;

const forDeployment = (subject: Subject): Subject => ({
  ...subject,
  summary: `${subject.summary} of the deployment`,
  description: `Realms made and deleted. For the deployment's operators. ${subject.description}`,
});

export const eventSubjects = {
  "GET /events": forDeployment(list),
  "GET /events/chain": forDeployment(chain),
  "GET /events/export": forDeployment(whole),
  "GET /realms/:realm/events": list,
  "GET /realms/:realm/events/chain": chain,
  "GET /realms/:realm/events/export": whole,
  "GET /realms/:realm/attention": {
    tag,
    summary: "See what needs attention",
    description:
      "Domains that lead elsewhere (the first ten are called, and what they met is kept for some minutes), failing webhooks, deliveries that were given up, providers without their secret, API keys that expire within 14 days or have, signing keys older than a year. For system administrators.",
    query: attentionQuerySchema,
    responses: {
      200: { description: "What keeps people out comes first.", schema: attentionSchema },
      400: problem("`query-invalid`."),
    },
  },
  "GET /realms/:realm/statistics": {
    tag,
    summary: "Read the numbers of each day",
    description:
      "Sign-ins, failures, sessions, second factors and tokens, counted from the audit log. Tokens are counted by each part of the deployment and arrive after some seconds.",
    query: statisticsQuerySchema,
    responses: {
      200: { description: "Every day, also those without anything.", schema: statisticsAnswerSchema },
      ...badPage,
    },
  },
} satisfies Partial<Record<Address, Subject>>;
