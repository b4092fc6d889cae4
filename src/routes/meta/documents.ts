import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";

const tag = "Deployment";

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
      200: { description: "They do.", schema: z.object({ status: z.literal("ready") }) },
      503: { description: "One does not." },
    },
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
    summary: "This description, as a page",
    responses: { 200: { description: "HTML." } },
    security: "none",
  },
];
