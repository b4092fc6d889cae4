import * as z from "zod";
import { callSchema } from "../../domain/vault/call.ts";
import { mappingFileSchema, mappingSchema } from "../../domain/vault/mapping.ts";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { problemSchema } from "../admin/problem-json.ts";
import { callerQuerySchema, keysQuerySchema } from "./caller.ts";
import { callsAnswerSchema, callsQuerySchema } from "./calls.ts";
import { mappingAnswerSchema, mappingsAnswerSchema } from "./mappings.ts";
import { dryRunSchema, methodBodySchema, methodQuerySchema } from "./method.ts";
import { rowsSchema } from "./rows.ts";

const tag = "Token vault";
const rows = (description: string) => ({ description, schema: rowsSchema });
const problem = (description: string) => ({ description, schema: problemSchema });

const callRefusals = {
  400: rows(
    "`CALL_FORMAT_ERROR`: the call cannot be made as it is written; `errors` names what is wrong. Nobody was called.",
  ),
  401: rows("`INVALID_OAUTHID`: there is no connection, or it has expired; `reason` says which."),
  403: rows("`unauthorized`: the keys are not good. `unauthorized-domain`: the page is not the application's."),
  404: rows("There is no such provider, or method."),
  429: rows(
    "`rate-limited`: too many wrong keys, or calls of this application, with Retry-After and RateLimit headers.",
  ),
  502: rows("`API_ERROR`, where a stream was asked for: the provider gave no answer to go by."),
  503: rows("The connection cannot be used for the moment."),
  504: rows("`API_ERROR`, where a stream was asked for: the provider did not answer in time."),
};

const keyRefusals = {
  403: problem("`unauthorized`: the keys are not good. `unauthorized-domain`: the page is not the application's."),
  429: problem("`rate-limited`: too many wrong keys, with Retry-After."),
};

const wishes =
  "The header `x-pinc-response-data-at: rows.0.data` asks for that part of the answer alone; what came of the call then stands in the headers `x-pinc-status`, `x-pinc-status-code` and `x-pinc-call-id`. `x-pinc-response-as: stream` asks for the provider's bytes as they come, with its status, type, length, range and etag.";

const nameParam = z.object({ name: z.string().describe("Letters, digits, dashes and underscores.") });

export const vaultCallDocuments: readonly EndpointDocument[] = [
  {
    method: "post",
    path: "/oauth/method/{provider}/call",
    tag,
    summary: "Call a provider for a user",
    description: `With the user's credentials, which go to the provider's own hosts and nowhere else. In url, queryString, payload and headers stand macros such as \`{{id_token}}\` (docs/token-vault-calls.md). ${wishes}`,
    pathParams: z.object({ provider: z.string().describe("The provider's name.") }),
    query: callerQuerySchema,
    body: { schema: callSchema, type: "json" },
    responses: { 200: rows("What came of the call, also where the provider said no or nothing."), ...callRefusals },
    security: "api-key",
  },
  {
    method: "post",
    path: "/api/v1/methods/{interface}",
    tag,
    summary: "Run a method",
    description: `One of the application's mappings; the body is its arguments. ${wishes} With \`dry_run=true\` nothing is sent.`,
    pathParams: z.object({
      interface: z.string().describe("The mapping's name, or that of an interface in one of the application's files."),
    }),
    query: methodQuerySchema,
    body: { schema: methodBodySchema, type: "json", optional: true },
    responses: {
      200: {
        description: "What the mapping selects, as `data` of a row; or the request that would be sent.",
        schema: z.union([rowsSchema, dryRunSchema]),
      },
      ...callRefusals,
    },
    security: "api-key",
  },
  {
    method: "put",
    path: "/api/v1/mappings/{name}",
    tag,
    summary: "Write a mapping",
    description:
      "One interface over several providers: for each the call, with `{{argument}}` where arguments go, and what to select from its answer (JMESPath). `input` and `output` are JSON schemas without references, patterns and uniqueItems. Answers carry the version as ETag; sent back as If-Match, it guards against a change in between.",
    pathParams: nameParam,
    query: keysQuerySchema,
    body: { schema: z.union([mappingSchema, mappingFileSchema]), type: "json" },
    responses: {
      200: { description: "The mapping, as it is now.", schema: mappingAnswerSchema },
      201: { description: "It is new.", schema: mappingAnswerSchema },
      ...keyRefusals,
      409: problem("`mapping-limit-reached`"),
      412: problem("`version-outdated`"),
      422: problem(
        "A part is not valid; `errors` names it: an address elsewhere than at the provider, an expression, a schema.",
      ),
    },
    security: "api-key",
  },
  {
    method: "get",
    path: "/api/v1/mappings/{name}",
    tag,
    summary: "Read a mapping",
    pathParams: nameParam,
    query: keysQuerySchema,
    responses: {
      200: { description: "The mapping.", schema: mappingAnswerSchema },
      ...keyRefusals,
      404: problem("The application has no such mapping."),
    },
    security: "api-key",
  },
  {
    method: "delete",
    path: "/api/v1/mappings/{name}",
    tag,
    summary: "Delete a mapping",
    pathParams: nameParam,
    query: keysQuerySchema,
    responses: {
      204: { description: "Done." },
      ...keyRefusals,
      404: problem("The application has no such mapping."),
      412: problem("`version-outdated`"),
    },
    security: "api-key",
  },
  {
    method: "get",
    path: "/api/v1/mappings",
    tag,
    summary: "List mappings",
    query: keysQuerySchema,
    responses: { 200: { description: "The application's, by name.", schema: mappingsAnswerSchema }, ...keyRefusals },
    security: "api-key",
  },
  {
    method: "get",
    path: "/api/v1/calls",
    tag,
    summary: "List calls",
    description:
      "The application's, for seven days: what was called and what came of it, never what was sent or answered.",
    query: keysQuerySchema.extend(callsQuerySchema.shape),
    responses: {
      200: { description: "The newest first.", schema: callsAnswerSchema },
      400: problem("A filter, `limit` or `cursor` is not valid."),
      ...keyRefusals,
    },
    security: "api-key",
  },
];
