import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { base, invalid, memberQuery, noSession, notFresh, signedIn, throttled } from "./document-parts.ts";
import { departureSchema, linkedAccountsAnswerSchema } from "./linked-accounts.ts";
import { returnQuerySchema, socialStartQuerySchema } from "./social-start.ts";
import { socialTokenSchema } from "./social-token.ts";

const tag = "Sign-in with providers";
const providerParam = z.object({ provider: z.string().describe("The provider's name.") });

export const socialDocuments: readonly EndpointDocument[] = [
  {
    method: "get",
    path: `${base}/login`,
    tag,
    summary: "Sign in with an upstream provider",
    description:
      "For browsers. Not possible, or not completed: to login-failure-redirect-url with `error`, else a page.",
    query: socialStartQuerySchema,
    responses: {
      302: { description: "To the provider." },
      400: { description: "`redirect-not-allowed`: an address is not the realm's." },
      404: { description: "There is no such provider." },
      429: throttled,
    },
    security: "none",
  },
  ...(["get", "post"] as const).map(
    (method): EndpointDocument => ({
      method,
      path: `${base}/{provider}/callback`,
      tag,
      summary: "Where a provider sends the browser back to",
      pathParams: providerParam,
      responses: {
        302: { description: "Signed in: to redirect-url. Otherwise to login-failure-redirect-url with `error`." },
        400: { description: "`interaction-expired` or `provider-answer-invalid`" },
        404: { description: "There is no such provider." },
        409: { description: "`link-required`: the address has an account, which is to be connected by its owner." },
        429: throttled,
      },
      security: "none",
    }),
  ),
  ...[`${base}/login/{provider}`, "/api/login/{provider}"].map(
    (path): EndpointDocument => ({
      method: "post",
      path,
      tag,
      summary: "Sign in with a provider's token",
      description: "For apps that have one already. It must be made out to one of the realm's own client ids there.",
      pathParams: providerParam,
      query: memberQuery,
      body: { schema: socialTokenSchema, type: "json" },
      responses: {
        200: signedIn,
        401: { description: "`provider-token-invalid`" },
        404: { description: "There is no such provider." },
        409: { description: "`link-required`" },
        422: invalid,
        429: throttled,
      },
      security: "none",
    }),
  ),
  {
    method: "get",
    path: `${base}/users/linked-accounts`,
    tag,
    summary: "The accounts elsewhere that lead to one's own",
    responses: { 200: { description: "They are.", schema: linkedAccountsAnswerSchema }, 403: noSession },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/users/linked-accounts/{provider}`,
    tag,
    summary: "Connect an account at a provider",
    description: "Needs a sign-in within the last ten minutes. A form is sent on to the provider at once.",
    pathParams: providerParam,
    query: returnQuerySchema,
    responses: {
      200: { description: "Where to send the browser.", schema: departureSchema },
      303: { description: "To the provider: the answer to a form." },
      403: notFresh,
      404: { description: "There is no such provider." },
    },
    security: "session",
  },
  {
    method: "delete",
    path: `${base}/users/linked-accounts/{provider}`,
    tag,
    summary: "Disconnect one's account at a provider",
    description: "Needs a sign-in within the last ten minutes.",
    pathParams: providerParam,
    responses: {
      204: { description: "Disconnected." },
      403: notFresh,
      404: { description: "No account at this provider is connected." },
      409: { description: "`last-way-in`" },
    },
    security: "session",
  },
];
