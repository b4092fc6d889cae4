import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { oauthTokenSchema } from "./answer.ts";
import { loginGuestSchema, loginOtpSchema, loginSchema } from "./login.ts";
import { loginProviderSchema } from "./login-provider.ts";
import { loginSecondFactorSchema } from "./login-second-factor.ts";
import { logoutSchema } from "./logout.ts";
import { refreshTokenSchema } from "./refresh-token.ts";
import { userContextSchema } from "./user-context.ts";

const tag = "Split tokens";
const base = "/api/auth";

const refusalSchema = z.object({ code: z.string(), message: z.string() });
const refused = (description: string) => ({ description, schema: refusalSchema });

const signedIn = {
  200: {
    description:
      "The tokens; or `tfa-validation-is-required` or `tfa-setup-is-required` with the cookie `tfa-auth`, and no tokens, when this was the first of two factors.",
    schema: oauthTokenSchema,
  },
  401: refused("`bad_credential` or `otp-mismatch`; `invalid_client` for an application that may not sign users in."),
  403: refused("`session-limit-reached`"),
  422: refused("A field is missing or not valid."),
  429: refused("`rate-limited`, with Retry-After."),
};

const noToken = refused("`access-token-expired` or `access-token-invalid`, in `x-error-code` too.");

export const splitDocuments: readonly EndpointDocument[] = [
  {
    method: "post",
    path: `${base}/login`,
    tag,
    summary: "Sign in by password, for tokens",
    description:
      "For the realm's own applications. The access token is the signature of a JWT whose rest stays here; no cookie is set. Each sign-in is a session of its own, and its tokens live no longer.",
    body: { schema: loginSchema, type: "json" },
    responses: signedIn,
    security: "none",
  },
  {
    method: "post",
    path: `${base}/login/otp`,
    tag,
    summary: "Sign in by a code, for tokens",
    description: "POST /api/auth/v1/users/send-otp sends the code.",
    body: { schema: loginOtpSchema, type: "json" },
    responses: signedIn,
    security: "none",
  },
  {
    method: "post",
    path: `${base}/login/second-factor`,
    tag,
    summary: "Finish a sign-in that owes a second factor, for tokens",
    description:
      "Needs the cookie `tfa-auth` that came with the first half. A second factor is set up at /api/auth/v1/tfa.",
    body: { schema: loginSecondFactorSchema, type: "json" },
    responses: {
      200: { description: "The tokens.", schema: oauthTokenSchema },
      401: refused("`otp-mismatch`; `invalid_client` for an application that may not sign users in."),
      403: refused("`session-required` without a sign-in to finish; `session-limit-reached`; `cross-site-request`."),
      422: refused("A field is missing or not valid."),
      429: refused("`rate-limited`, with Retry-After."),
    },
    security: "none",
  },
  {
    method: "post",
    path: `${base}/login/guest`,
    tag,
    summary: "Become a guest",
    description:
      "Makes an account for somebody who does not say who they are. Its refresh token never expires. By POST /api/auth/v1/signup with its access token as a Bearer token the guest becomes a user, and keeps its id and its tokens.",
    body: { schema: loginGuestSchema, type: "json", optional: true },
    responses: {
      200: { description: "The tokens, without refreshTokenExpiresAt.", schema: oauthTokenSchema },
      401: refused("`invalid_client`"),
      403: refused("`guests-off`"),
      422: refused("A field is not valid."),
      429: refused("`rate-limited`, with Retry-After."),
    },
    security: "none",
  },
  {
    method: "post",
    path: `${base}/login/{provider}`,
    tag,
    summary: "Sign in by an upstream provider's token, for tokens",
    pathParams: z.object({ provider: z.string() }),
    body: { schema: loginProviderSchema, type: "json" },
    responses: { ...signedIn, 404: refused("There is no such provider.") },
    security: "none",
  },
  {
    method: "post",
    path: `${base}/refresh-token`,
    tag,
    summary: "New tokens for a refresh token",
    description:
      "Each refresh token is good once; for half a minute the one before may be sent again, should the answer have been lost. One that comes later ends the sign-in.",
    body: { schema: refreshTokenSchema, type: "json" },
    responses: {
      200: { description: "The tokens.", schema: oauthTokenSchema },
      401: refused(
        "`refresh-token-expired`, which `x-error-code` spells `refresg-token-expired`; `refresh-token-invalid`; `session-revoked`.",
      ),
      422: refused("`refreshToken` is missing."),
    },
    security: "none",
  },
  {
    method: "post",
    path: `${base}/logout`,
    tag,
    summary: "End the sign-in that gave a token",
    body: { schema: logoutSchema, type: "json", optional: true },
    responses: { 204: { description: "All its tokens are worth nothing now." }, 401: noToken },
    security: "bearer",
  },
  {
    method: "get",
    path: `${base}/user-context`,
    tag,
    summary: "Who stands behind an access token",
    description:
      "For gateways. Header `x-user-context`: the same without `authorization`, JSON in base64url; header `authorization`: the whole JWT as a Bearer token. Both may be sent on as they are.",
    responses: { 200: { description: "The user.", schema: userContextSchema }, 401: noToken },
    security: "bearer",
  },
];
