import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { changePassword } from "./change-password.ts";
import { listConsents, withdrawConsent } from "./consents.ts";
import { deleteMe } from "./delete-me.ts";
import { forgotPassword } from "./forgot-password.ts";
import { integrationToken } from "./integration-token.ts";
import { kick } from "./kick.ts";
import { connectAccount, disconnectAccount, listLinkedAccounts } from "./linked-accounts.ts";
import { live } from "./live.ts";
import { me } from "./me.ts";
import { downloadData } from "./own-data.ts";
import { profile } from "./profile.ts";
import { resetPassword, resetPasswordWithToken } from "./reset-password.ts";
import { sendOtp } from "./send-otp.ts";
import { listSessions, validateSession } from "./sessions.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { signUp } from "./sign-up.ts";
import { socialCallback } from "./social-callback.ts";
import { socialStart } from "./social-start.ts";
import { socialToken } from "./social-token.ts";
import { updateWithOtp } from "./update-with-otp.ts";
import { postVerificationLink, verifyEmail } from "./verification-link.tsx";

/** The session API, with the names Bridgekeeper's callers use (contract §2). */
export const session = new Hono<AppEnv>()
  .get("/users/me", me)
  .delete("/users/me", noStore, sameSite, deleteMe)
  .get("/users/me/data", noHead, noStore, downloadData)
  .post("/signup", noStore, sameSite, signUp)
  .post("/login", noStore, sameSite, signIn)
  .get("/logout", noHead, noStore, signOut)
  .post("/users/profile", noStore, sameSite, profile)
  .get("/sessions", noStore, listSessions)
  .get("/sessions/validate", noStore, validateSession)
  .get("/sessions/live", noHead, live)
  .get("/access-token/integrations/:id", noStore, integrationToken)
  .on(["GET", "POST"], "/kick", noHead, noStore, sameSite, kick)
  .post("/users/send-otp", noStore, sameSite, sendOtp)
  .post("/users/update-with-otp", noStore, sameSite, updateWithOtp)
  .post("/users/forgot-password", noStore, sameSite, forgotPassword)
  .post("/users/reset-password", noStore, sameSite, resetPassword)
  .post("/users/reset-password-with-token", noStore, sameSite, resetPasswordWithToken)
  .post("/users/reset-password-token", noStore, sameSite, resetPasswordWithToken)
  .post("/users/change-password", noStore, sameSite, changePassword)
  .post("/users/send-verification-link", noStore, sameSite, postVerificationLink)
  .get("/users/verify-email", noHead, noStore, verifyEmail)
  .get("/users/consents", noStore, listConsents)
  .delete("/users/consents/:client", noStore, sameSite, withdrawConsent)
  .get("/login", noHead, noStore, socialStart)
  .on(["GET", "POST"], "/:provider/callback", noHead, noStore, socialCallback)
  .post("/login/:provider", noStore, sameSite, socialToken)
  .get("/users/linked-accounts", noStore, listLinkedAccounts)
  .post("/users/linked-accounts/:provider", noStore, sameSite, connectAccount)
  .delete("/users/linked-accounts/:provider", noStore, sameSite, disconnectAccount);
