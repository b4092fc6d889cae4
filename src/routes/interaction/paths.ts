import { devicePage } from "../../domain/device/begin.ts";
import { secondFactorPaths } from "../../http/half-sign-in.ts";
import { resetPasswordPath } from "../../http/password-change.ts";
import { languagePath } from "../../pages/frame.ts";

/** The hosted pages. */
export const interactionPaths = {
  home: "/",
  signIn: "/sign-in",
  signInCode: "/sign-in/code",
  signUp: "/sign-up",
  signOut: "/sign-out",
  twoFactor: secondFactorPaths.prove,
  twoFactorSetUp: secondFactorPaths.setUp,
  forgotPassword: "/forgot-password",
  resetPassword: resetPasswordPath,
  consent: "/consent",
  device: devicePage,
  linkAccount: "/link-account",
  language: languagePath,
  resume: "/authorize/resume",
} as const;
