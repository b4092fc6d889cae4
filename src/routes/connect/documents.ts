import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { commandQuerySchema, pageQuerySchema } from "./asked.ts";
import { connectionQuerySchema, connectionsAnswerSchema } from "./connections.ts";
import { connectPaths } from "./paths.ts";

const tag = "Token vault: connections";
const refusals = {
  400: { description: "Something is missing, or `redirect-not-allowed`: `consented_redirect` is not registered." },
  403: {
    description:
      "`unauthorized`: not an application that may use the vault. `user-mismatch`: somebody else is signed in. `unauthorized-domain`: the page is not the application's.",
  },
};
const told =
  "Successes answer `provider` and `oauthId`, refusals `provider` and `error`, both with `state` if there was one.";

export const connectDocuments: readonly EndpointDocument[] = [
  {
    method: "get",
    path: connectPaths.command,
    tag,
    summary: "Connect an account elsewhere",
    description: `For the browser of the user named, who is sent to sign in first when nobody is. Leads to the provider; the provider leads back here, to the same address with its own parameters. ${told}`,
    query: commandQuerySchema,
    responses: {
      200: { description: "A page: it answers the application, or asks for a key." },
      302: { description: "To the provider, to the sign-in, or to the application with what came of it." },
      ...refusals,
      404: { description: "No such provider." },
    },
    security: "session",
  },
  {
    method: "post",
    path: connectPaths.command,
    tag,
    summary: "Come back from a provider that answers by a form",
    body: { schema: z.object({ state: z.string(), code: z.string().optional() }), type: "form" },
    responses: {
      200: { description: "A page that answers the application." },
      303: { description: "To the application." },
      400: { description: "`interaction-expired`: used already, too old, or of another browser." },
    },
    security: "none",
  },
  {
    method: "post",
    path: connectPaths.key,
    tag,
    summary: "Connect by a key",
    description: `Our own form for providers of type \`api_key\`. ${told}`,
    body: {
      schema: commandQuerySchema.extend({
        csrf: z.string(),
        key: z.string().optional(),
        cancel: z.string().optional(),
      }),
      type: "form",
    },
    responses: {
      200: { description: "A page that answers the application." },
      303: { description: "To the application." },
      ...refusals,
      422: { description: "The form again: the key is missing, or not taken." },
    },
    security: "session",
  },
  {
    method: "get",
    path: connectPaths.page,
    tag,
    summary: "The page of Connect buttons",
    description: "For the browser of the user named, who is sent to sign in first when nobody is.",
    query: pageQuerySchema,
    responses: { 200: { description: "The page." }, 302: { description: "To the sign-in." }, ...refusals },
    security: "session",
  },
  {
    method: "post",
    path: connectPaths.disconnect,
    tag,
    summary: "Disconnect, from that page",
    body: { schema: pageQuerySchema.extend({ csrf: z.string(), provider: z.string() }), type: "form" },
    responses: { 303: { description: "The page again." }, ...refusals },
    security: "session",
  },
  {
    method: "get",
    path: connectPaths.connections,
    tag,
    summary: "List a user's connections",
    description:
      "For an application's server, by `private_key` or by an API key with the scope `vault:use`: its own connections with this user. With a session: one's own, those of `public_key` or all.",
    query: connectionQuerySchema,
    responses: {
      200: { description: "By provider.", schema: connectionsAnswerSchema },
      401: { description: "`INVALID_OAUTHID`: no such user." },
      403: { description: "`unauthorized`, `unauthorized-domain`, or no session." },
    },
    security: "api-key",
  },
  {
    method: "delete",
    path: `${connectPaths.connections}/{provider}`,
    tag,
    summary: "End a connection",
    description: "The provider is told afterwards that the tokens are not wanted any more (RFC 7009).",
    pathParams: z.object({ provider: z.string() }),
    query: connectionQuerySchema,
    responses: {
      204: { description: "Done." },
      401: { description: "`INVALID_OAUTHID`: there is none." },
      403: { description: "`unauthorized`, `unauthorized-domain`, or no session." },
    },
    security: "api-key",
  },
];
