import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { domainProofSchema } from "./domain-check.ts";

const tag = "Deployment";

const state = z.enum(["ok", "failing"]);
const readinessSchema = z.object({
  status: z.enum(["ready", "not-ready"]),
  version: z.string().nullable().optional().describe("Of the Worker. For the deployment's token."),
  checks: z
    .record(z.string(), state)
    .optional()
    .describe(
      "For the deployment's token: `database`, `database_<shard>`, `key_value`, `objects`, and `objects_<jurisdiction>` for each that a realm has or new ones are to have.",
    ),
});

export const metaDocuments: readonly EndpointDocument[] = [
  {
    method: "get",
    path: "/healthz",
    tag,
    summary: "Whether requests can be served",
    description: "On any host.",
    responses: { 200: { description: "They can.", schema: z.object({ status: z.literal("ok") }) } },
    security: "none",
  },
  {
    method: "get",
    path: "/readyz",
    tag,
    summary: "Whether the stores answer",
    description: "On any host.",
    responses: {
      200: { description: "They do.", schema: readinessSchema },
      503: { description: "One does not.", schema: readinessSchema },
    },
    security: "none",
  },
  {
    method: "get",
    path: "/.well-known/gatehouse-domain-check/{nonce}",
    tag,
    summary: "Show that a host reaches this deployment",
    description: "On any host. Only the deployment itself can tell the proof from any other text.",
    pathParams: z.object({ nonce: z.string().describe("22 characters of base64url.") }),
    responses: { 200: { description: "The proof.", schema: domainProofSchema } },
    security: "none",
  },
  {
    method: "get",
    path: "/openapi.json",
    tag,
    summary: "This description",
    responses: { 200: { description: "OpenAPI 3.1." } },
    security: "none",
  },
  {
    method: "get",
    path: "/docs",
    tag,
    summary: "This description to read: its chapters and what stands in them",
    responses: { 200: { description: "HTML." } },
    security: "none",
  },
  {
    method: "get",
    path: "/docs/{chapter}",
    tag,
    summary: "One chapter of this description to read",
    pathParams: z.object({
      chapter: z.string().describe("As `/docs` names it; `schemas` has what several endpoints speak of."),
    }),
    responses: { 200: { description: "HTML." }, 404: { description: "There is no such chapter." } },
    security: "none",
  },
];
