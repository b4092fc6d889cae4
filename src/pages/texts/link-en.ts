/** Wording of the page that connects a main product's account with one that is here already. */
export const linkEn = {
  title: "You have an account here already",
  lead: (source: string) =>
    `It has the same email address as your account at ${source}. Show that it is yours, and both lead to it from now on.`,
  from: "You come from",
  there: "Your account there",
  email: "Email",
  caution: "Go on only if you recognise the account there: whoever can sign in to it can sign in here, too.",
  signedInAs: (user: string) => `You are signed in here as ${user}.`,
  password: "Password of your account here",
  connect: "Connect the two",
  sendCode: "Send me a code instead",
  codeSent: (email: string) => `A code is on its way to ${email}. It works for ten minutes.`,
  code: "Code from the mail",
  fresh: "Make a new account instead",
  freshHint: "It starts empty and without this address.",
  problems: {
    "wrong-password": "This password is not right. Try again, or have a code sent.",
    "wrong-code": "This code is not right, or it is older than ten minutes.",
    "password-missing": "Enter the password of your account here.",
    "code-missing": "Enter the six digits from the mail.",
    "password-expired":
      "This password was set for you and has expired. Choose “Forgot your password?”, or ask for another.",
    "too-many-attempts": "Too many attempts. Wait a while, then try again.",
    "linked-elsewhere": "These two cannot be connected: one of them is connected with another account already.",
    "session-limit": "This account is signed in on too many devices. Sign out on one of them first.",
  },
};
