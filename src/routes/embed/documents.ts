import type { EndpointDocument } from "../../http/endpoint-document.ts";
import {
  accountsSchema,
  assertionAnswerSchema,
  assertionSchema,
  clientAnswerSchema,
  clientQuerySchema,
  configSchema,
  disconnectAnswerSchema,
  disconnectSchema,
  webIdentitySchema,
} from "./fedcm.ts";
import { embedQuerySchema } from "./frame.tsx";
import { embedPaths } from "./paths.ts";
import { embedSessionAnswerSchema, embedSessionSchema } from "./session.ts";

const tag = "Embedding";
const off = { description: "The realm is not embedded." };
const foreign = {
  description: "`unauthorized_client`: not an application of the realm, or not on the page that asks.",
};
const notTheBrowser = { description: "`invalid_request`: without `Sec-Fetch-Dest: webidentity`." };
const nobody = { description: "Nobody is signed in." };
const unknown = { description: "`invalid_client`: not an application of the realm, or not on one of its origins." };

export const embedDocuments: readonly EndpointDocument[] = [
  {
    method: "get",
    path: embedPaths.frame,
    tag,
    summary: "The session in a frame",
    description:
      'A page for a frame on an application\'s site. It posts `{type:"gatehouse:session", status:"signed-in"|"signed-out"|"blocked", user?, code?, error?}` to `origin` alone, when it knows and when that changes, and on `{type:"gatehouse:check"}` from there. `blocked`: the browser keeps the session from the frame until the person allows it.',
    query: embedQuerySchema,
    responses: { 200: { description: "The page." }, 400: unknown },
    security: "none",
  },
  {
    method: "post",
    path: embedPaths.session,
    tag,
    summary: "What the frame asks",
    description: "Answers our own frame's page alone.",
    body: { schema: embedSessionSchema, type: "json" },
    responses: {
      200: { description: "The session, as far as the application may know.", schema: embedSessionAnswerSchema },
      400: unknown,
      403: { description: "`cross-site-request`" },
    },
    security: "session",
  },
  {
    method: "get",
    path: embedPaths.live,
    tag,
    summary: "The frame hears of the session's end",
    description: "A WebSocket, for our own frame's page alone.",
    responses: {
      101: { description: "Open." },
      403: { description: "No live session, or `cross-site-request`." },
      426: { description: "Not a WebSocket." },
    },
    security: "session",
  },
  {
    method: "get",
    path: embedPaths.script,
    tag,
    summary: "The script for the application's page",
    description: "Defines `gatehouseEmbed({ client_id, onSession, origin?, container?, request? })`.",
    responses: { 200: { description: "JavaScript." } },
    security: "none",
  },
  {
    method: "get",
    path: embedPaths.signIn,
    tag,
    summary: "Sign in beside the frame",
    description: "Opened in a window of its own; also the login_url of FedCM.",
    responses: { 302: { description: "To the sign-in, or straight to its end." } },
    security: "none",
  },
  {
    method: "get",
    path: embedPaths.signedIn,
    tag,
    summary: "The end of a sign-in beside the frame",
    responses: {
      200: { description: "A page that closes itself." },
      302: { description: "To the sign-in, when nobody is signed in." },
    },
    security: "session",
  },
  {
    method: "get",
    path: embedPaths.webIdentity,
    tag,
    summary: "Where FedCM finds the realm",
    description: "Browsers look for it at the registrable domain of the auth domain.",
    responses: { 200: { description: "One address.", schema: webIdentitySchema }, 404: off },
    security: "none",
  },
  {
    method: "get",
    path: embedPaths.config,
    tag,
    summary: "FedCM: the realm as an identity provider",
    responses: { 200: { description: "Addresses, relative to this one.", schema: configSchema }, 404: off },
    security: "none",
  },
  {
    method: "get",
    path: embedPaths.accounts,
    tag,
    summary: "FedCM: who is signed in, for the browser to show",
    responses: {
      200: { description: "One account.", schema: accountsSchema },
      400: notTheBrowser,
      401: nobody,
      404: off,
    },
    security: "session",
  },
  {
    method: "get",
    path: embedPaths.client,
    tag,
    summary: "FedCM: the application's terms, for the browser to show",
    query: clientQuerySchema,
    responses: { 200: { description: "Addresses.", schema: clientAnswerSchema }, 403: foreign, 404: off },
    security: "none",
  },
  {
    method: "post",
    path: embedPaths.assertion,
    tag,
    summary: "FedCM: a token for the application",
    description:
      "An ID token with `aud` the application and its `nonce`. What the browser has disclosed counts as consent; an application of others gets nothing without it.",
    body: { schema: assertionSchema, type: "form" },
    responses: {
      200: { description: "The token.", schema: assertionAnswerSchema },
      400: notTheBrowser,
      401: nobody,
      403: { description: "`unauthorized_client`, or `access_denied`: somebody else's account, or no consent." },
      404: off,
    },
    security: "session",
  },
  {
    method: "post",
    path: embedPaths.disconnect,
    tag,
    summary: "FedCM: take back what was granted to the application",
    body: { schema: disconnectSchema, type: "form" },
    responses: {
      200: { description: "Consent and grants are gone.", schema: disconnectAnswerSchema },
      400: notTheBrowser,
      401: nobody,
      403: foreign,
      404: off,
    },
    security: "session",
  },
];
