/** The OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.1), made from the schemas that validate. The build does this once: open-api-text.ts. */
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from "zod-openapi";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { adminDocuments } from "../admin/documents.ts";
import { connectDocuments } from "../connect/documents.ts";
import { embedDocuments } from "../embed/documents.ts";
import { oauthDocuments } from "../oauth/documents.ts";
import { registerDocuments } from "../oauth/register-documents.ts";
import { qiotaDocuments } from "../qiota/documents.ts";
import { quickpassDocuments } from "../quickpass/documents.ts";
import { secondFactorDocuments } from "../second-factor/documents.ts";
import { sessionDocuments } from "../session/documents.ts";
import { splitDocuments } from "../split/documents.ts";
import { ssoDocuments } from "../sso/documents.ts";
import { vaultCallDocuments } from "../vault-calls/documents.ts";
import { apiShapes } from "./api-shapes.ts";
import { metaDocuments } from "./documents.ts";

export const documents: readonly EndpointDocument[] = [
  ...oauthDocuments,
  ...registerDocuments,
  ...sessionDocuments,
  ...secondFactorDocuments,
  ...ssoDocuments,
  ...qiotaDocuments,
  ...quickpassDocuments,
  ...splitDocuments,
  ...embedDocuments,
  ...vaultCallDocuments,
  ...connectDocuments,
  ...adminDocuments,
  ...metaDocuments,
];

const securityOf: Record<EndpointDocument["security"], Record<string, string[]>[]> = {
  none: [],
  session: [{ sessionCookie: [] }, { sessionHeader: [] }],
  bearer: [{ accessToken: [] }],
  client: [{ clientSecret: [] }, {}],
  "api-key": [{ apiKey: [] }],
  operator: [{ adminToken: [] }, { accessToken: [] }, { sessionCookie: [] }],
};

const mediaTypes = { json: "application/json", form: "application/x-www-form-urlencoded" } as const;

function operation(document: EndpointDocument): ZodOpenApiOperationObject {
  const { body, query, pathParams } = document;
  return {
    tags: [document.tag],
    summary: document.summary,
    ...(document.description === undefined ? {} : { description: document.description }),
    security: securityOf[document.security],
    requestParams: {
      ...(query === undefined ? {} : { query }),
      ...(pathParams === undefined ? {} : { path: pathParams }),
    },
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.optional !== true,
            content: { [mediaTypes[body.type]]: { schema: body.schema } },
          },
        }),
    responses: Object.fromEntries(
      Object.entries(document.responses).map(([status, { description, schema }]) => [
        status,
        { description, ...(schema === undefined ? {} : { content: { "application/json": { schema } } }) },
      ]),
    ),
  };
}

/** Says once what zod says in two ways, and leaves out bounds that every JSON number has. */
const plainly: NonNullable<CreateDocumentOptions["override"]> = ({ jsonSchema }) => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};

export function describeApi(): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const document of documents)
    paths[document.path] = { ...paths[document.path], [document.method]: operation(document) };
  return createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Gatehouse",
        version: "0.1.0",
        description: "The authorization server of every domain of every realm. The realm of a request is its Host.",
      },
      servers: [{ url: "/" }],
      paths,
      components: {
        schemas: apiShapes,
        securitySchemes: {
          sessionCookie: { type: "apiKey", in: "cookie", name: "qt-auth" },
          sessionHeader: { type: "apiKey", in: "header", name: "x-qt-auth" },
          accessToken: {
            type: "http",
            scheme: "bearer",
            description: "An access token of this realm. Below `/admin/v1` the token of a session is good, too.",
          },
          apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "A key of a main product's server." },
          adminToken: { type: "http", scheme: "bearer", description: "The deployment's ADMIN_TOKEN." },
          clientSecret: {
            type: "http",
            scheme: "basic",
            description: "client_id and client_secret; or both in the form.",
          },
        },
      },
    },
    { override: plainly },
  );
}
