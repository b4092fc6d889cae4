import { accountEn } from "./account-en.ts";
import { connectEn } from "./connect-en.ts";
import { deviceEn } from "./device-en.ts";
import { embedEn } from "./embed-en.ts";
import { linkEn } from "./link-en.ts";
import { mailEn } from "./mail-en.ts";
import { recoveryEn } from "./recovery-en.ts";
import type { RefusalTexts } from "./refusals.ts";
import { secondFactorEn } from "./second-factor-en.ts";
import { shellEn } from "./shell-en.ts";

export type Direction = "ltr" | "rtl";

const plural = new Intl.PluralRules("en");
const count = (n: number, one: string, other: string) => `${n} ${plural.select(n) === "one" ? one : other}`;

/** A wait in words, rounded up. */
function duration(seconds: number): string {
  if (seconds < 60) return count(Math.max(1, Math.ceil(seconds)), "second", "seconds");
  if (seconds < 3600) return count(Math.ceil(seconds / 60), "minute", "minutes");
  return count(Math.ceil(seconds / 3600), "hour", "hours");
}

/** All wording of the hosted pages. This file is the master: the other languages are typed by it. */
export const en = {
  /** BCP 47 tag, and the direction its script runs in. */
  language: "en",
  direction: "ltr" as Direction,

  documentTitle: (title: string, realm: string) => `${title} – ${realm}`,
  errorTitle: (title: string) => `Error: ${title}`,
  opensInNewTab: "(opens in a new tab)",
  continue: "Continue",
  imprint: "Legal notice",

  signIn: {
    title: "Sign in",
    reauthenticateTitle: "Confirm that it is you",
    lead: (realm: string) => `Use your ${realm} account.`,
    leadFor: (client: string) => `You will continue to ${client}.`,
    identifier: "Email or username",
    password: "Password",
    submit: "Sign in",
    passkey: "Sign in with a passkey",
    noAccount: "New here?",
    signUp: "Create an account",
    problems: {
      "wrong-credentials": "That email or username and password do not match. Check both and try again.",
      "password-expired":
        "This password was set for you and has expired. Choose “Forgot your password?”, or ask for another.",
      "too-many-attempts": "Too many attempts. Wait a while, then try again.",
      expired: "This page was open for too long. Please sign in again.",
      reauthenticate: "You are signed in already. Enter your password once more to go on.",
      "provider-failed": "Signing in that way did not work. Try again, or sign in another way.",
      "provider-denied": "You did not go through with it. Try again, or sign in another way.",
      "link-required":
        "There is an account with this email address already. Sign in to it here, then connect the two in your account.",
    },
    tooManyAttemptsFor: (seconds: number) => `Too many attempts. Try again in ${duration(seconds)}.`,
  },

  providers: {
    or: "or",
    continueWith: (label: string) => `Continue with ${label}`,
  },

  linkRequired: {
    title: "You have an account here already",
    lead: "There is an account with this email address, and it is not connected to the one you came with.",
    next: "Sign in the way you usually do. Then connect the two in your account, so that both lead to it.",
    signIn: "Sign in",
  },

  signUp: {
    title: "Create your account",
    lead: (realm: string) => `One account for everything at ${realm}.`,
    leadFor: (client: string) => `You will continue to ${client}.`,
    name: "Name",
    email: "Email",
    password: "Password",
    passwordHint: (minLength: number) => `At least ${minLength} characters. A few unrelated words make a good one.`,
    submit: "Create account",
    haveAccount: "Have an account?",
    signIn: "Sign in",
    summary: "Please correct the following",
    missing: {
      name: "Enter your name.",
      email: "Enter your email address.",
      password: "Choose a password.",
      form: "Fill in every field.",
    },
    problems: {
      "email-invalid": "Enter an email address like name@example.com.",
      "user-already-exists": "There is an account with this email address. Sign in instead.",
      "password-too-long": "This password is too long. Choose a shorter one.",
      "password-too-common": "This password is widely known and easy to guess. Choose another one.",
      "password-contains-context": "Leave your name, your email and the name of this site out of your password.",
      "too-many-attempts": "Too many attempts. Wait a while, then try again.",
      expired: "This page was open for too long. Please send the form again.",
    },
    passwordTooShort: (minLength: number) => `Use at least ${minLength} characters.`,
  },

  consent: {
    title: (client: string) => `Let ${client} use your account?`,
    willBeAble: (client: string) => `${client} asks to`,
    signedInAs: "Signed in as",
    notYou: "Not you?",
    returnsTo: "You return to",
    standsAt: "Known only by its address",
    allow: "Allow",
    deny: "Deny",
    caution: "Allow this only if you came from there and trust it.",
    policy: "Privacy policy",
    terms: "Terms of service",
    scopes: {
      openid: "Recognise you by your account here",
      profile: "See your name and profile picture",
      email: "See your email address",
      phone: "See your phone number",
      address: "See your postal address",
      roles: "See which roles you have here",
      offline_access: "Keep this access while you are away",
    },
  },

  signOut: {
    title: "Sign out?",
    lead: (realm: string) => `This ends your session on every site of ${realm} in this browser.`,
    leadFor: (client: string) => `${client} asks to sign you out.`,
    submit: "Sign out",
    stay: "To stay signed in, close this page.",
  },

  signedOut: {
    title: "You are signed out",
    lead: (realm: string) => `Your session at ${realm} has ended. You can close this page.`,
    elsewhereTitle: "Your session was ended",
    elsewhereLead:
      "It was ended from another browser or device. If that was not you, sign in and change your password.",
    signInAgain: "Sign in again",
  },

  home: {
    signedInTitle: "You are signed in",
    signedOutTitle: (realm: string) => `Welcome to ${realm}`,
    signedOutLead: "Sign in once and you are signed in on every one of our sites.",
    signIn: "Sign in",
    signUp: "Create an account",
    signOut: "Sign out",
    twoFactor: "Turn on two-step verification",
    siblings: "Your account also works on",
    here: (host: string) => `You are on ${host}`,
  },

  error: {
    titles: {
      request: "That did not work",
      forbidden: "You cannot do that here",
      missing: "Nothing here",
      busy: "Just a moment",
      ours: "Something went wrong",
    },
    next: {
      request: "Go back to the site or app you came from and start again.",
      forbidden: "If you have another account, sign in with that one. Otherwise ask the people who run this site.",
      missing: "Check the address, or start from the home page.",
      busy: "Wait a minute, then try again.",
      ours: "This is our fault, not yours. Wait a minute, then try again.",
    },
    whatNow: "What you can do",
    ifItStays: "If it happens again, pass on these details to the people who run this site.",
    requestId: "Reference",
    errorCode: "Code",
    status: "Status",
    home: "Go to the home page",
  },

  device: deviceEn,

  linkAccount: linkEn,
  connect: connectEn,
  embed: embedEn,
  shell: shellEn,
  accountPages: accountEn,

  secondFactor: secondFactorEn,

  recovery: recoveryEn,
  mail: mailEn,
  refusals: null as RefusalTexts | null,

  returnTo: {
    leadsTo: "The way back leads to",
    caution: "Nobody here has checked this application. Go back only if you came from there.",
    goBack: "Go back",
  },

  formPost: {
    title: "Taking you back",
    lead: (host: string) => `You are being sent to ${host}.`,
    hint: "If nothing happens, press Continue.",
  },

  reference: {
    version: (version: string) => `Version ${version}`,
    contents: "Contents",
    servers: "Servers",
    untagged: "Other",
    schemas: "Schemas",
    parameters: "Parameters",
    requestBody: "Request body",
    responses: "Responses",
    headers: "Headers",
    authentication: "Authentication",
    noAuthentication: "none",
    or: "or",
    required: "required",
    deprecated: "deprecated",
    readOnly: "read only",
    writeOnly: "write only",
    defaultValue: "Default",
    allowedValues: "One of",
    example: "Example",
    anyOther: "any other name",
    oneOf: "One of these shapes",
    allOf: "All of these together",
    anything: "any value",
    arrayOf: (type: string) => `list of ${type}`,
  },
};

export type Texts = typeof en;
