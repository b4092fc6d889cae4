import * as z from "zod";
import type { FullySignedIn } from "../../domain/sessions/open-session.ts";
import type { AppContext } from "../../http/env.ts";
import { forgetHalfSignIn } from "../../http/half-sign-in.ts";
import { sendSession } from "../../http/session.ts";
import { userAnswer } from "../session/user-json.ts";
import { userAnswerSchema } from "../session/user-schemas.ts";

export const recoveryCodesSchema = z
  .array(z.string())
  .describe("Shown this once. Each opens the account one time in place of the second factor.");

export const enabledAnswerSchema = userAnswerSchema.extend({ "recovery-codes": recoveryCodesSchema });

/** Hands the session over, and ends the half that led to it. */
export function sendFullSession(c: AppContext, { token, session }: FullySignedIn): void {
  forgetHalfSignIn(c);
  sendSession(c, token, session.expiresAt);
}

export function signedInAnswer(c: AppContext, signedIn: FullySignedIn): z.output<typeof userAnswerSchema> {
  sendFullSession(c, signedIn);
  return userAnswer(c, signedIn.profile, signedIn.activeSessions);
}
