import type { ReasonEntry } from "./reason-entry.ts";

const badCredential = {
  status: 401,
  code: "bad_credential",
  message: "Wrong e-mail address, username or password.",
} as const;

/** Real callers show the sentence. */
const sessionRequired = {
  status: 403,
  code: "session-required",
  message: "Could not find qt-auth cookie or X-QT-AUTH header, please Login.",
} as const;

/** Reasons about people, their accounts and sessions; a part of the one table in reasons.ts. */
export const accountReasons = {
  "session-missing": sessionRequired,
  "session-invalid": sessionRequired,
  "session-ended": { status: 403, code: "session-revoked", message: "The session has ended, please Login." },
  "upgrade-required": {
    status: 400,
    code: "upgrade-required",
    message: "This address is for WebSockets.",
  },
  "session-unknown": { status: 404, code: "not-found", message: "There is no such session." },
  "sso-token-invalid": {
    status: 403,
    code: "session-required",
    message: "The sign-in link is not valid any more. Start again.",
  },
  "token-consumed": { status: 403, code: "token-consumed", message: "The sign-in link has been used." },
  "one-time-code-missing": { status: 422, code: "otp-missing", message: "Give the code that was sent." },
  "one-time-code-wrong": {
    status: 401,
    code: "otp-mismatch",
    message: "The code is not right, or has expired.",
  },
  "user-code-missing": { status: 422, code: "user-code-missing", message: "Give the code that the device shows." },
  "user-code-wrong": {
    status: 400,
    code: "user-code-wrong",
    message: "No device waits with this code. Compare it with what the device shows now.",
  },
  "link-invalid": {
    status: 403,
    code: "invalid-token",
    message: "The link is not valid any more. Ask for a new one.",
  },
  "link-used": { status: 403, code: "token-consumed", message: "The link has been used. Ask for a new one." },
  "reset-token-mismatch": {
    status: 403,
    code: "verification-token-mismatch",
    message: "The token is not valid any more. Ask for a new one.",
  },
  "passwords-differ": { status: 422, code: "passwords-differ", message: "The two passwords differ." },
  "account-missing": {
    status: 404,
    code: "not-found",
    message: "There is no account with this address yet. Sign up first.",
  },
  "session-limit-reached": {
    status: 403,
    code: "session-limit-reached",
    message: "This account is signed in on too many devices. Sign out on one of them first.",
  },
  "reauthentication-required": {
    status: 403,
    code: "reauthentication-required",
    message: "Sign in again before changing this.",
  },
  "password-wrong": badCredential,
  "user-unknown": badCredential,
  "user-unknown-revealed": {
    status: 401,
    code: "user-unknown",
    message: "There is no account with this e-mail address or username.",
  },
  "user-not-allowed": badCredential,
  "sign-up-closed": { status: 403, code: "sign-up-closed", message: "New accounts are not open on this site." },
  "user-already-exists": { status: 409, code: "user-already-exists", message: "User Already exists" },
  "email-invalid": { status: 422, code: "email-invalid", message: "This is not a valid e-mail address." },
  "username-invalid": { status: 422, code: "username-invalid", message: "This is not a valid username." },
  "phone-number-invalid": { status: 422, code: "phone-number-invalid", message: "This is not a valid phone number." },
  "identifier-missing": { status: 422, code: "identifier-missing", message: "Give an e-mail address or a username." },
  "password-change-required": {
    status: 403,
    code: "password-change-required",
    message: "This password was set for you. Choose one of your own before you go on.",
  },
  "temporary-password-expired": {
    status: 403,
    code: "temporary-password-expired",
    message: "This password was set for you and has expired. Reset it, or ask for another.",
  },
  "password-unchanged": {
    status: 422,
    code: "password-unchanged",
    message: "Choose another password than the one that was set for you.",
  },
  "user-unreachable": {
    status: 409,
    code: "user-unreachable",
    message: "The user has no e-mail address that a link could be sent to.",
  },
  "user-disabled-already": { status: 409, code: "user-disabled", message: "The user is disabled." },
  "password-missing": { status: 422, code: "password-missing", message: "Give a password." },
  "password-too-short": { status: 422, code: "password-too-short", message: "The password is too short." },
  "password-too-long": { status: 422, code: "password-too-long", message: "The password is too long." },
  "password-too-common": {
    status: 422,
    code: "password-too-common",
    message: "This password is among the first that others would try. Choose another.",
  },
  "password-contains-context": {
    status: 422,
    code: "password-contains-context",
    message: "The password must not be the name of the site or of the account.",
  },
  "confirmation-missing": {
    status: 422,
    code: "validation-failed",
    message: "Type what is asked for, to the letter.",
  },
} as const satisfies Record<string, ReasonEntry>;
