import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { authorizationDocuments } from "./authorization-documents.ts";
import { alsoAt, page, tag } from "./document-parts.ts";
import { paths } from "./paths.ts";
import { tokenDocuments } from "./token-documents.ts";

const endSessionRequest = z.object({
  id_token_hint: z.string().optional(),
  client_id: z.string().optional(),
  post_logout_redirect_uri: z.string().optional().describe("Registered, character by character."),
  state: z.string().optional(),
  ui_locales: z.string().optional(),
  logout_hint: z.string().optional().describe("Passed over: the person in front of the browser is asked."),
});

const metadata = z.looseObject({ issuer: z.string() });

export const oauthDocuments: readonly EndpointDocument[] = [
  ...authorizationDocuments,
  ...tokenDocuments,
  {
    method: "get",
    path: paths.endSession,
    tag,
    summary: "Sign out, asked for by an application",
    description: `RP-Initiated Logout 1.0. ${alsoAt(paths.endSession)}`,
    query: endSessionRequest,
    responses: {
      200: { description: "A page: asks, or says that it is done." },
      302: { description: "To post_logout_redirect_uri." },
      400: page,
    },
    security: "session",
  },
  {
    method: "post",
    path: paths.endSession,
    tag,
    summary: "Sign out, asked for by an application, by form",
    description: alsoAt(paths.endSession),
    body: { schema: endSessionRequest, type: "form" },
    responses: {
      200: { description: "A page: asks, or says that it is done." },
      303: {
        description:
          "To post_logout_redirect_uri; or here again by GET, when another site's form brought no session along.",
      },
      400: page,
    },
    security: "session",
  },
  {
    method: "get",
    path: paths.jwks,
    tag,
    summary: "The realm's public keys",
    description: `RFC 7517. ${alsoAt(paths.jwks)}`,
    responses: {
      200: { description: "The key set.", schema: z.object({ keys: z.array(z.looseObject({ kid: z.string() })) }) },
    },
    security: "none",
  },
  ...(["openid-configuration", "oauth-authorization-server"] as const).map(
    (name): EndpointDocument => ({
      method: "get",
      path: `/.well-known/${name}`,
      tag,
      summary: "The realm's metadata",
      description: `${name === "openid-configuration" ? "OpenID Connect Discovery §4." : "RFC 8414."} ${alsoAt(`/.well-known/${name}`)}`,
      responses: { 200: { description: "The metadata.", schema: metadata } },
      security: "none",
    }),
  ),
  {
    method: "get",
    path: "/.well-known/oauth-protected-resource",
    tag,
    summary: "Metadata of the realm's own endpoints as a protected resource",
    description:
      "RFC 9728 §3. A resource server that is registered at an address on a domain of the realm has its metadata below, at its own path.",
    responses: { 200: { description: "The metadata.", schema: z.looseObject({ resource: z.string() }) } },
    security: "none",
  },
];
