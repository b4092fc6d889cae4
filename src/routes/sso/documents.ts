import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { signInSchema } from "../session/sign-in.ts";
import { signUpSchema } from "../session/sign-up.ts";
import { userAnswerSchema } from "../session/user-schemas.ts";
import { ssoQuerySchema } from "./request.ts";

const tag = "Cross-domain sign-in";
const notAllowed = { description: "`redirect-not-allowed`: an address is not the realm's." };
const signedIn = {
  description: "JSON was sent: the user, and the address to open next.",
  schema: userAnswerSchema.extend({ "redirect-url": z.string() }),
};
const onward = { description: "To the validate address on the domain of callback-url; or to auth-page with `error`." };
const spent = { description: "`token-consumed`, or the token is not valid here (any more)." };

const validateQuery = z.object({
  "redirect-url": z.string().optional().describe("Answered as it was sent. The domain's home page when left out."),
  "access-token": z.string().describe("One-time, `<uuid>-<expiry>`."),
  redirect: z.string().optional().describe("Anything but empty or `false` redirects."),
});

const variantQuery = z.object({
  client_id: z.string(),
  redirect_uri: z
    .string()
    .describe("Registered: `/api/auth/v1/oauth/token` on a domain of the realm, or an application's own."),
  callback_uri: z.string().describe("Where the user goes in the end; need not be encoded."),
  response_type: z.literal("code"),
  allow_ajax: z.enum(["true", "false"]).optional(),
});
const ajaxAnswer = z.object({ redirect_uri: z.string(), redirect_url: z.string() });

/** Everything here stands at the root too. */
const atBothPlaces = (document: EndpointDocument): EndpointDocument[] => [
  document,
  { ...document, path: `/api/auth/v1${document.path}` },
];

export const ssoDocuments: readonly EndpointDocument[] = [
  ...(
    [
      ["sso-login", "Sign in here and on another domain", signInSchema],
      ["sso-signup", "Make an account, signed in here and on another domain", signUpSchema],
    ] as const
  ).flatMap(([path, summary, schema]) =>
    atBothPlaces({
      method: "post",
      path: `/${path}`,
      tag,
      summary,
      description: "By JSON, or by a form with the same fields.",
      query: ssoQuerySchema,
      body: { schema, type: "json" },
      responses: { 200: signedIn, 302: onward, 400: notAllowed, 401: { description: "`bad_credential`" } },
      security: "none",
    }),
  ),
  ...atBothPlaces({
    method: "get",
    path: "/sessions/access-token/validate",
    tag,
    summary: "Set the session on this domain",
    query: validateQuery,
    responses: {
      200: { description: "Without `redirect`.", schema: z.object({ "redirect-url": z.string() }) },
      302: { description: "To redirect-url." },
      400: notAllowed,
      403: spent,
    },
    security: "none",
  }),
  ...atBothPlaces({
    method: "get",
    path: "/authenticate",
    tag,
    summary: "Carry a sign-in to another domain",
    description:
      "Without auth-page, somebody who is not signed in goes to redirect-url with `logged_in=false` (Auto SSO).",
    query: ssoQuerySchema,
    responses: { 302: { description: "To the validate address, to auth-page, or to redirect-url." }, 400: notAllowed },
    security: "session",
  }),
  {
    method: "get",
    path: "/api/auth/v1/oauth/auto-sso/authorize",
    tag,
    summary: "Carry a sign-in to another domain, by OAuth names",
    description:
      "The same with `/api/auth/v1/oauth/authorize` and a `callback_uri`, which asks to sign in first. With a redirect_uri that is no such address, whoever is signed in is answered as by `/authorize`.",
    query: variantQuery,
    responses: {
      200: { description: "With allow_ajax.", schema: ajaxAnswer },
      302: {
        description: "To redirect_uri with `code` and `callback_uri`; or to callback_uri with `logged_in=false`.",
      },
      400: notAllowed,
    },
    security: "session",
  },
  {
    method: "get",
    path: "/api/auth/v1/oauth/token",
    tag,
    summary: "Set the session on this domain, by OAuth names",
    query: z.object({ code: z.string(), callback_uri: z.string() }),
    responses: { 302: { description: "To callback_uri." }, 400: notAllowed, 403: spent },
    security: "none",
  },
];
