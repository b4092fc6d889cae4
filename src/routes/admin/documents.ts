import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { apiKeySubjects } from "./api-key-documents.ts";
import { clientSubjects } from "./client-documents.ts";
import { deploymentSubjects } from "./deployment-documents.ts";
import { refusals, type Subject } from "./document-parts.ts";
import { eventSubjects } from "./event-documents.ts";
import { importSubjects } from "./import-documents.ts";
import { keySubjects } from "./key-documents.ts";
import { mappingSubjects } from "./mapping-documents.ts";
import { providerSubjects } from "./provider-documents.ts";
import { realmSubjects } from "./realm-documents.ts";
import type { Address } from "./rights.ts";
import { sourceSubjects } from "./source-documents.ts";
import { userSubjects } from "./user-documents.ts";
import { vaultLogSubjects } from "./vault-log-documents.ts";
import { webhookSubjects } from "./webhook-documents.ts";

const parameters: Readonly<Record<string, z.ZodType>> = {
  realm: z.string().describe("The realm's id, or its name when only one realm has it."),
  domain: z.string().describe("A host name of the realm's."),
  client: z.string().describe("Its client_id or integration_id."),
  user: z.string().describe("The user's id, as a number or as `qp_<id>`."),
  session: z.string().describe("The session's id."),
  kid: z.string().describe("The key's id."),
  token: z.string().describe("The token's id, not the token itself."),
  provider: z.string().describe("The provider's name: lower-case letters, digits, dashes and underscores."),
  source: z.string().describe("The source's name: lower-case letters, digits, dashes and underscores."),
  key: z.string().describe("The key's id, not the key itself."),
  mapping: z.string().describe("The mapping's name: letters, digits, dashes and underscores."),
};

const subjects: Record<Address, Subject> = {
  ...realmSubjects,
  ...deploymentSubjects,
  ...clientSubjects,
  ...userSubjects,
  ...importSubjects,
  ...providerSubjects,
  ...sourceSubjects,
  ...apiKeySubjects,
  ...vaultLogSubjects,
  ...mappingSubjects,
  ...webhookSubjects,
  ...eventSubjects,
  ...keySubjects,
};

export const adminDocuments: readonly EndpointDocument[] = Object.entries(subjects).map(([address, subject]) => {
  const [method = "", path = ""] = address.split(" ");
  const names = [...path.matchAll(/:([a-z]+)/g)].map(([, name = ""]) => name);
  return {
    method: method.toLowerCase() as EndpointDocument["method"],
    path: `/admin/v1${path.replaceAll(/:([a-z]+)/g, "{$1}")}`,
    ...(names.length === 0
      ? {}
      : { pathParams: z.object(Object.fromEntries(names.map((name) => [name, parameters[name] ?? z.string()]))) }),
    ...subject,
    responses: { ...subject.responses, ...refusals },
    security: "operator",
  };
});
