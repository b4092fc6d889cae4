/** Wording of the pages around forgotten passwords and unproven addresses. */
export const recoveryEn = {
  forgotLink: "Forgot your password?",

  ask: {
    title: "Forgot your password?",
    lead: "Tell us the email address of your account. We send you a link and a code.",
    email: "Email",
    submit: "Send",
    back: "Back to sign-in",
    problems: {
      missing: "Enter your email address.",
      "email-invalid": "Enter an email address like name@example.com.",
      "too-many-attempts": "Too many attempts. Wait a while, then try again.",
    },
  },

  reset: {
    title: "Choose a new password",
    sentTo: (email: string) =>
      `If there is an account for ${email}, a code is on its way there. It works for ten minutes.`,
    lead: "It takes the place of the old one. You are signed out everywhere else.",
    owedLead:
      "The password you signed in with was set for you. Choose one that nobody else knows, then sign in with it.",
    email: "Email",
    code: "Code from the mail",
    password: "New password",
    submit: "Set the password",
    again: "Send another one",
    problems: {
      "email-missing": "Enter your email address.",
      "email-invalid": "Enter an email address like name@example.com.",
      "code-missing": "Enter the six digits from the mail.",
      "otp-mismatch": "This code is not right, or it is older than ten minutes.",
      "password-missing": "Choose a password.",
      "password-unchanged": "Choose another password than the one that was set for you.",
      "too-many-attempts": "Too many attempts. Wait a while, then try again.",
      "link-invalid": "This link is not valid any more. Have another one sent.",
    },
    done: {
      title: "Your password is set",
      lead: "Sign in with it from now on. Your other devices were signed out.",
      signIn: "Sign in",
    },
  },

  byCode: {
    link: "Send me a code instead",
    title: "Sign in with a code",
    lead: "We send six digits to your email address or phone.",
    recipient: "Email or phone number",
    send: "Send the code",
    sentTo: (recipient: string) =>
      `If somebody can sign in with ${recipient}, a code is on its way there. It works for ten minutes.`,
    code: "Code",
    submit: "Sign in",
    again: "Send another one",
    back: "Sign in with a password",
    problems: {
      "recipient-missing": "Enter your email address or phone number.",
      "recipient-invalid":
        "Enter an email address like name@example.com, or a number with its country code like +33 6 12 34 56 78.",
      "code-missing": "Enter the six digits.",
      "otp-mismatch": "This code is not right, or it is older than ten minutes.",
      "too-many-attempts": "Too many attempts. Wait a while, then try again.",
      expired: "This took too long, or was begun in another browser. Have another code sent.",
      "not-allowed": "You cannot sign in with this account.",
    },
  },

  verified: {
    titles: {
      "email-verified": "Your address is confirmed",
      "token-consumed": "This link has been used",
      "invalid-token": "This link is not valid",
    },
    leads: {
      "email-verified": "Thank you. You can close this page.",
      "token-consumed": "Every link works once. Your address may be confirmed already.",
      "invalid-token": "It is too old, or a newer one was sent. Have another one sent.",
    },
    home: "Go to the home page",
  },
};

export type RecoveryTexts = typeof recoveryEn;
