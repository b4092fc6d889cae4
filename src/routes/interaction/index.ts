import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { decideConsent } from "./consent.tsx";
import { showDevice, submitDevice } from "./device.tsx";
import { showForgotPassword, submitForgotPassword } from "./forgot-password.tsx";
import { home } from "./home.tsx";
import { interactionPaths } from "./paths.ts";
import { showResetPassword, submitResetPassword } from "./reset-password.tsx";
import { resume } from "./resume.ts";
import { showSignIn, submitSignIn } from "./sign-in.tsx";
import { showSignInCode, submitSignInCode } from "./sign-in-code.tsx";
import { submitSignOut } from "./sign-out.tsx";
import { showSignUp, submitSignUp } from "./sign-up.tsx";
import { showTwoFactor, submitTwoFactor } from "./two-factor.tsx";
import { showSetUp, submitSetUp } from "./two-factor-set-up.tsx";

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
  .post(interactionPaths.signOut, sameSite, submitSignOut);
