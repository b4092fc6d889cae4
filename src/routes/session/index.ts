import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";
import { live } from "./live.ts";
import { me } from "./me.ts";
import { listSessions, validateSession } from "./sessions.ts";
import { signOut } from "./sign-out.ts";

const {
  changePassword,
  listConsents,
  withdrawConsent,
  deleteMe,
  forgotPassword,
  connectAccount,
  disconnectAccount,
  listLinkedAccounts,
  downloadData,
  integrationToken,
  kick,
  profile,
  resetPassword,
  resetPasswordWithToken,
  sendOtp,
  signIn,
  signUp,
  socialCallback,
  socialStart,
  socialToken,
  updateWithOtp,
  postVerificationLink,
  verifyEmail,
} = lazily(() => import("./handlers.ts"));

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
