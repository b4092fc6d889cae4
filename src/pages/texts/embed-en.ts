/** Wording of the frame on other sites, and of the window that opens beside it. */
export const embedEn = {
  title: "Your account",
  signedIn: "You are signed in.",
  signedOut: "You are not signed in.",
  blocked: "Your browser keeps your account from this site until you allow it.",
  allow: "Use my account here",
  signIn: "Sign in",
  done: {
    title: "You are signed in",
    lead: "Close this window and go back to the site you came from.",
  },
};
