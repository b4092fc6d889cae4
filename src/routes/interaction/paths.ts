/** The hosted pages. */
export const interactionPaths = {
  home: "/",
  signIn: "/sign-in",
  signUp: "/sign-up",
  signOut: "/sign-out",
  consent: "/consent",
  resume: "/authorize/resume",
} as const;
