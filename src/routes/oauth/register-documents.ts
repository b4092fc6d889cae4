/** What the OpenAPI document says of /register: RFC 7591, RFC 7592. */
import * as z from "zod";
import { selfRegistrationSchema, sharedMetadata } from "../../domain/clients/registration-metadata.ts";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { paths } from "./paths.ts";

const tag = "OAuth 2.0 and OpenID Connect";

/** RFC 7591 §2; more members are passed over. */
const metadata = z.looseObject({ ...selfRegistrationSchema.shape, ...sharedMetadata });

const registered = metadata.extend({
  client_id: z.string(),
  client_id_issued_at: z.int().describe("Seconds since the epoch."),
  registration_client_uri: z.string(),
});

const newlyRegistered = registered.extend({
  client_secret: z.string().optional().describe("Shown this once."),
  client_secret_expires_at: z.literal(0).optional(),
  registration_access_token: z.string().describe("Shown this once. Reads, changes and deletes the registration."),
});

const refused = {
  description: "RFC 7591 §3.2.2",
  schema: z.object({ error: z.string(), error_description: z.string() }),
};
const wrongToken = { description: "No token, or none that is valid here.", schema: refused.schema };
const closed = { description: "The realm is closed to registration.", schema: refused.schema };
const tooMany = { description: "Too many from this address, with Retry-After.", schema: refused.schema };
const pathParams = z.object({ client: z.string().describe("Its client_id.") });
const own = { tag, pathParams, security: "bearer" } as const;

export const registerDocuments: readonly EndpointDocument[] = [
  {
    method: "post",
    path: paths.register,
    tag,
    summary: "Register a client",
    description:
      "RFC 7591. Where the realm's setting `registration` is `token`, with an initial access token; where it is `open`, by anybody. Such a client is third-party and has authorization_code and refresh_token. Also at `/api/auth/v1/oauth/register`.",
    body: { schema: metadata, type: "json" },
    responses: {
      201: { description: "The client.", schema: newlyRegistered },
      400: refused,
      401: wrongToken,
      403: { description: "The realm has no room for more.", schema: refused.schema },
      404: closed,
      429: tooMany,
    },
    security: "none",
  },
  {
    ...own,
    method: "get",
    path: `${paths.register}/{client}`,
    summary: "Read the own registration",
    description: "RFC 7592 §2.1. Without the secret and the token.",
    responses: { 200: { description: "The client.", schema: registered }, 401: wrongToken, 404: closed },
  },
  {
    ...own,
    method: "put",
    path: `${paths.register}/{client}`,
    summary: "Replace the own registration",
    description:
      "RFC 7592 §2.2. With `client_id`. What is left out goes back to its default; what makes the client stricter stays.",
    body: { schema: metadata.extend({ client_id: z.string() }), type: "json" },
    responses: {
      200: { description: "The client.", schema: registered },
      400: refused,
      401: wrongToken,
      404: closed,
      429: tooMany,
    },
  },
  {
    ...own,
    method: "delete",
    path: `${paths.register}/{client}`,
    summary: "Delete the own registration",
    description: "RFC 7592 §2.3. The client's tokens are worth nothing from then on.",
    responses: { 204: { description: "Done." }, 401: wrongToken, 404: closed },
  },
];
