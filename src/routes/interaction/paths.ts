import { secondFactorPaths } from "../../http/half-sign-in.ts";

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
  resetPassword: "/reset-password",
  consent: "/consent",
  resume: "/authorize/resume",
} as const;
