import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";
import { interactionPaths } from "./paths.ts";

const {
  decideConsent,
  showDevice,
  submitDevice,
  showForgotPassword,
  submitForgotPassword,
  home,
  showResetPassword,
  submitResetPassword,
  resume,
  showSignIn,
  submitSignIn,
  showSignInCode,
  submitSignInCode,
  submitSignOut,
  showSignUp,
  submitSignUp,
  showTwoFactor,
  submitTwoFactor,
  showSetUp,
  submitSetUp,
  chooseLanguage,
} = lazily(() => import("./handlers.ts"));

/** What the browser does between /authorize and the way back, and the pages one can open by oneself. */
export const interaction = new Hono<AppEnv>()
  .get(interactionPaths.home, home)
  .get(interactionPaths.resume, noHead, resume)
  .get(interactionPaths.signIn, showSignIn)
  .post(interactionPaths.signIn, sameSite, submitSignIn)
  .get(interactionPaths.signInCode, showSignInCode)
  .post(interactionPaths.signInCode, sameSite, submitSignInCode)
  .get(interactionPaths.signUp, showSignUp)
  .post(interactionPaths.signUp, sameSite, submitSignUp)
  .get(interactionPaths.twoFactor, showTwoFactor)
  .post(interactionPaths.twoFactor, sameSite, submitTwoFactor)
  .get(interactionPaths.twoFactorSetUp, noHead, showSetUp)
  .post(interactionPaths.twoFactorSetUp, sameSite, submitSetUp)
  .get(interactionPaths.forgotPassword, showForgotPassword)
  .post(interactionPaths.forgotPassword, sameSite, submitForgotPassword)
  .get(interactionPaths.resetPassword, noStore, showResetPassword)
  .post(interactionPaths.resetPassword, sameSite, submitResetPassword)
  .post(interactionPaths.consent, sameSite, decideConsent)
  .get(interactionPaths.device, showDevice)
  .post(interactionPaths.device, sameSite, submitDevice)
  .post(interactionPaths.signOut, sameSite, submitSignOut)
  .post(interactionPaths.language, sameSite, chooseLanguage);
