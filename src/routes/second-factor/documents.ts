import * as z from "zod";
import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { invalid, throttled } from "../session/document-parts.ts";
import { userAnswerSchema } from "../session/user-schemas.ts";
import { enabledAnswerSchema } from "./answers.ts";
import {
  authenticationOptionsSchema,
  authenticationSchema,
  passkeysAnswerSchema,
  registeredAnswerSchema,
  registrationOptionsSchema,
  registrationSchema,
  renameSchema,
} from "./passkeys.ts";
import { factorSchema, qrCodeAnswerSchema, recoveryCodesAnswerSchema, tokenSchema } from "./totp.ts";

const tag = "Second factors and passkeys";
const base = "/api/auth/v1";
const halfway =
  "With the cookie `tfa-auth` it completes the sign-in that stopped at `tfa-validation-is-required` or `tfa-setup-is-required`; with a session it strengthens that one, which goes on under a new name.";
const signedIn = { description: "The user. The session comes in the cookie `qt-auth`.", schema: userAnswerSchema };
const noSession = {
  description:
    "No live session and no half-finished sign-in: `session-required`, `session-revoked`; `reauthentication-required`: the sign-in is too long ago; `tfa-validation-is-required`: the session was opened without the second factor.",
};
const wrong = { description: "`otp-mismatch`: wrong, or used before." };
const refused = { description: "`bad_credential`: the same whatever is wrong." };
const options = (what: string) => ({ description: what, schema: z.looseObject({ challenge: z.string() }) });
const passkeyId = z.object({ id: z.string().describe("As the list gives it.") });

export const secondFactorDocuments: readonly EndpointDocument[] = [
  {
    method: "get",
    path: `${base}/tfa/qr-code`,
    tag,
    summary: "Begin to set up an authenticator app",
    description: "Each call makes a new secret; it counts for nothing until `/tfa/enable` gets a code of it.",
    responses: {
      200: { description: "The secret, in three forms.", schema: qrCodeAnswerSchema },
      403: noSession,
    },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/tfa/enable`,
    tag,
    summary: "Confirm the authenticator app by a code",
    description: `${halfway} Other sessions end when the account gets its first second factor.`,
    body: { schema: tokenSchema, type: "json" },
    responses: {
      200: { description: "The user, the session, and ten recovery codes.", schema: enabledAnswerSchema },
      401: wrong,
      403: noSession,
      409: { description: "`tfa-setup-expired`" },
      422: invalid,
      429: throttled,
    },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/tfa/validate`,
    tag,
    summary: "Give the second factor",
    description: halfway,
    body: { schema: factorSchema, type: "json" },
    responses: { 200: signedIn, 401: wrong, 403: noSession, 422: invalid, 429: throttled },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/tfa/disable`,
    tag,
    summary: "Give up the second factor",
    description: "Takes a code of it, and a sign-in a moment ago. Passkeys stay, for signing in.",
    body: { schema: factorSchema, type: "json" },
    responses: {
      200: { description: "The user.", schema: userAnswerSchema },
      401: wrong,
      403: { description: `${noSession.description} \`tfa-required\`: this realm requires one.` },
      409: { description: "`tfa-not-enabled`" },
      422: invalid,
      429: throttled,
    },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/tfa/recovery-codes`,
    tag,
    summary: "New recovery codes",
    description: "Those from before are worth nothing any more.",
    responses: {
      200: { description: "Ten codes.", schema: recoveryCodesAnswerSchema },
      403: noSession,
      409: { description: "`tfa-not-enabled`" },
    },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/passkeys/registration/options`,
    tag,
    summary: "Begin to make a passkey",
    body: { schema: registrationOptionsSchema, type: "json", optional: true },
    responses: { 200: options("`PublicKeyCredentialCreationOptionsJSON`"), 403: noSession, 422: invalid },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/passkeys/registration/verify`,
    tag,
    summary: "Keep the passkey that was made",
    description: `As a second factor: ${halfway}`,
    body: { schema: registrationSchema, type: "json" },
    responses: {
      200: { description: "The user, and which passkey it is.", schema: registeredAnswerSchema },
      401: refused,
      403: noSession,
      409: { description: "`passkey-limit-reached`" },
      422: invalid,
    },
    security: "session",
  },
  {
    method: "post",
    path: `${base}/passkeys/authentication/options`,
    tag,
    summary: "Begin to use a passkey",
    description: "Without `second-factor` the answer is the same for everybody: the passkey says whose it is.",
    body: { schema: authenticationOptionsSchema, type: "json", optional: true },
    responses: {
      200: options("`PublicKeyCredentialRequestOptionsJSON`"),
      403: noSession,
      422: invalid,
      429: throttled,
    },
    security: "none",
  },
  {
    method: "post",
    path: `${base}/passkeys/authentication/verify`,
    tag,
    summary: "Sign in with a passkey",
    description: `PIN or biometrics are required; so it stands for both factors. With \`second-factor\`: ${halfway}`,
    body: { schema: authenticationSchema, type: "json" },
    responses: { 200: signedIn, 401: refused, 403: noSession, 422: invalid, 429: throttled },
    security: "none",
  },
  {
    method: "get",
    path: `${base}/passkeys`,
    tag,
    summary: "One's own passkeys",
    responses: { 200: { description: "The oldest first.", schema: passkeysAnswerSchema }, 403: noSession },
    security: "session",
  },
  {
    method: "patch",
    path: `${base}/passkeys/{id}`,
    tag,
    summary: "Rename a passkey",
    pathParams: passkeyId,
    body: { schema: renameSchema, type: "json" },
    responses: {
      200: { description: "One's own passkeys.", schema: passkeysAnswerSchema },
      403: noSession,
      404: { description: "There is no such passkey." },
      422: invalid,
    },
    security: "session",
  },
  {
    method: "delete",
    path: `${base}/passkeys/{id}`,
    tag,
    summary: "Remove a passkey",
    pathParams: passkeyId,
    responses: {
      204: { description: "It signs nobody in any more." },
      403: {
        description: `${noSession.description} \`tfa-required\`: it is the last factor, and this realm requires one.`,
      },
      404: { description: "There is no such passkey." },
      409: { description: "`last-way-in`: nothing else leads into the account." },
    },
    security: "session",
  },
];
