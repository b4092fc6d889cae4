import type { EndpointDocument } from "../../http/endpoint-document.ts";
import { changePasswordSchema } from "./change-password.ts";
import { messageAnswerSchema } from "./code-fields.ts";
import { invalid, throttled } from "./document-parts.ts";
import { forgotPasswordSchema } from "./forgot-password.ts";
import { resetPasswordSchema, resetWithTokenSchema } from "./reset-password.ts";
import { sendOtpSchema } from "./send-otp.ts";
import { updateWithOtpSchema } from "./update-with-otp.ts";
import { verificationLinkSchema, verifyEmailQuerySchema } from "./verification-link.tsx";

const tag = "One-time codes and passwords";
const base = "/api/auth/v1/users";

const wrongCode = { description: "`otp-mismatch`: the code is wrong, used, or older than ten minutes." };
const alike = "The answer is the same for every address, whether it has an account or not.";
const done = (description: string) => ({ description, schema: messageAnswerSchema });

type Posted = Pick<EndpointDocument, "summary" | "description" | "responses" | "security">;

/** A body of JSON: what is wrong with it is said, and how often it may come is bounded. */
const posted = (
  name: string,
  schema: NonNullable<EndpointDocument["body"]>["schema"],
  { responses, ...rest }: Posted,
): EndpointDocument => ({
  method: "post",
  path: `${base}/${name}`,
  tag,
  ...rest,
  body: { schema, type: "json" },
  responses: { ...responses, 422: invalid, 429: throttled },
});

const byToken = (name: string, summary: string): EndpointDocument =>
  posted(name, resetWithTokenSchema, {
    summary,
    description:
      "The token is in the link that forgot-password sends. It works once, within an hour. Sessions and grants end.",
    responses: { 200: done("The password is set."), 403: { description: "`invalid-token` or `token-consumed`" } },
    security: "none",
  });

export const recoveryDocuments: readonly EndpointDocument[] = [
  posted("send-otp", sendOtpSchema, {
    summary: "Send a one-time code",
    description: `Six digits, for ten minutes and one use: for signing in, signing up, confirming the address, or a new password. ${alike} Signed in, an address that is not one's own is sent a code that gives it to one's account (update-with-otp).`,
    responses: {
      200: done("As far as the caller may know, it is on its way. Sets the cookie `otp-auth`."),
      403: { description: "`reauthentication-required`: another address is wanted, and the sign-in is not recent." },
    },
    security: "none",
  }),
  posted("update-with-otp", updateWithOtpSchema, {
    summary: "Confirm an address with a code",
    description: "With a session, or with the cookie `otp-auth` of send-otp. It opens no session.",
    responses: {
      200: done("The address is confirmed."),
      401: wrongCode,
      403: { description: "`session-required`: neither a session nor `otp-auth`." },
      404: { description: "The address has no account yet." },
      409: { description: "`user-already-exists`: the address is another account's." },
    },
    security: "session",
  }),
  posted("forgot-password", forgotPasswordSchema, {
    summary: "Ask for a new password",
    description: `Sends a link and a code. ${alike}`,
    responses: {
      200: done("As far as the caller may know, it is on its way."),
      400: { description: "`redirect-not-allowed`" },
    },
    security: "none",
  }),
  posted("reset-password", resetPasswordSchema, {
    summary: "Set a new password by a code",
    description: "Sessions and grants end, but for the caller's own session. A second factor stays.",
    responses: { 200: done("The password is set."), 401: wrongCode },
    security: "none",
  }),
  byToken("reset-password-with-token", "Set a new password by a link"),
  byToken("reset-password-token", "The same, by its other name"),
  posted("change-password", changePasswordSchema, {
    summary: "Change one's password",
    description: "This session goes on; the others and all grants end.",
    responses: {
      200: done("The password is changed."),
      401: { description: "`bad_credential`: the current password is another." },
      403: { description: "No live session." },
    },
    security: "session",
  }),
  posted("send-verification-link", verificationLinkSchema, {
    summary: "Send a link that confirms the address",
    description: `It works once, within a day. ${alike}`,
    responses: {
      200: done("As far as the caller may know, it is on its way."),
      400: { description: "`redirect-not-allowed`" },
    },
    security: "none",
  }),
  {
    method: "get",
    path: `${base}/verify-email`,
    tag,
    summary: "Confirm the address: where the link leads",
    query: verifyEmailQuerySchema,
    responses: {
      200: { description: "A page that says how it went, when there is no `redirect-url`." },
      302: {
        description:
          "To `redirect-url` with `#email-verified`, `#token-consumed`, `#invalid-token` or `#internal-error`.",
      },
      400: { description: "`redirect-not-allowed`" },
    },
    security: "none",
  },
];
