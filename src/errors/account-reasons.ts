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

/** Reasons about people and their accounts; a part of the one table in reasons.ts. */
export const accountReasons = {
  // Sessions and users
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
  // Two-factor authentication and passkeys. The first two are not refusals where a sign-in stops halfway (http/half-sign-in.ts).
  "tfa-validation-is-required": {
    status: 403,
    code: "tfa-validation-is-required",
    message: "Give your second factor to finish signing in.",
  },
  "tfa-setup-is-required": {
    status: 403,
    code: "tfa-setup-is-required",
    message: "Set up a second factor to finish signing in.",
  },
  "second-factor-not-proven": {
    status: 403,
    code: "tfa-validation-is-required",
    message: "Give your second factor before changing this.",
  },
  "second-factor-missing": { status: 422, code: "validation-failed", message: "Give the code of your second factor." },
  "second-factor-wrong": { status: 401, code: "otp-mismatch", message: "This code is not valid, or has been used." },
  "second-factor-set-up-expired": {
    status: 409,
    code: "tfa-setup-expired",
    message: "This set-up has expired. Ask for a new QR code.",
  },
  "second-factor-absent": { status: 409, code: "tfa-not-enabled", message: "There is no second factor." },
  "second-factor-required-here": {
    status: 403,
    code: "tfa-required",
    message: "A second factor is required here. Set another one up first.",
  },
  "second-factor-off": { status: 403, code: "tfa-off", message: "Second factors are not offered here." },
  "passkey-refused": { status: 401, code: "bad_credential", message: "This passkey did not work here." },
  "passkey-unknown": { status: 404, code: "not-found", message: "There is no such passkey." },
  "passkey-last": {
    status: 409,
    code: "last-way-in",
    message: "This is the only way into the account. Set a password or add an address first.",
  },
  "passkeys-too-many": {
    status: 409,
    code: "passkey-limit-reached",
    message: "This account has as many passkeys as one may have.",
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

  // Sign-in with upstream providers
  "provider-unknown": { status: 404, code: "not-found", message: "There is no such provider." },
  "provider-disabled": { status: 403, code: "provider-disabled", message: "This provider is switched off." },
  "provider-unavailable": {
    status: 503,
    code: "provider-unavailable",
    message: "The provider does not answer as it should at the moment. Try again later, or sign in another way.",
  },
  "provider-refused": {
    status: 400,
    code: "provider-refused",
    message: "The provider did not complete the sign-in. Try again, or sign in another way.",
  },
  "provider-answer-invalid": {
    status: 400,
    code: "provider-answer-invalid",
    message: "The answer of the provider could not be trusted. Nobody was signed in.",
  },
  "provider-token-invalid": {
    status: 401,
    code: "provider-token-invalid",
    message: "The token is not one that this provider has made out to this realm.",
  },
  "provider-token-unchecked": {
    status: 422,
    code: "provider-token-unchecked",
    message: "It cannot be told for whom access tokens of this provider are. Send an ID token.",
  },
  "social-sign-in-expired": {
    status: 400,
    code: "interaction-expired",
    message: "This sign-in has expired, was used already, or was begun in another browser. Start again.",
  },
  "social-sign-in-too-long": {
    status: 400,
    code: "request-too-long",
    message: "The request is too long to be taken along to the provider. Sign in another way.",
  },
  "link-required": {
    status: 409,
    code: "link-required",
    message:
      "There is an account with this e-mail address already. Sign in to it as usual, then connect the provider to it.",
  },
  "account-linked-elsewhere": {
    status: 409,
    code: "account-already-linked",
    message: "This account of the provider is connected to another user.",
  },
  // Keys of servers
  "api-key-missing": { status: 401, code: "api-key-required", message: "Send a key in the header X-API-Key." },
  "api-key-wrong": { status: 401, code: "api-key-invalid", message: "The key is not valid here." },
  "api-key-scope-missing": { status: 403, code: "insufficient_scope", message: "The key may not be used for this." },
  "api-key-of-another-source": { status: 403, code: "forbidden", message: "The key is of another source." },
  "api-key-unknown": { status: 404, code: "not-found", message: "There is no such key." },
  "api-keys-too-many": {
    status: 409,
    code: "api-key-limit-reached",
    message: "There are as many keys as there may be. Delete one first.",
  },
  // Webhooks
  "webhook-unknown": { status: 404, code: "not-found", message: "There is no such webhook." },
  "webhook-delivery-unknown": { status: 404, code: "not-found", message: "There is no such delivery." },
  "webhook-delivery-pending": {
    status: 409,
    code: "delivery-pending",
    message: "The event is still being delivered.",
  },
  "webhook-disabled": { status: 409, code: "webhook-disabled", message: "The webhook is disabled. Enable it first." },
  "webhooks-too-many": {
    status: 409,
    code: "webhook-limit-reached",
    message: "There are as many webhooks as there may be. Delete one first.",
  },
  "linked-account-disabled": {
    status: 403,
    code: "linked-account-disabled",
    message: "This connection is switched off.",
  },
  "linked-account-unknown": { status: 404, code: "not-found", message: "No such account is connected." },
  "confirmation-missing": {
    status: 422,
    code: "validation-failed",
    message: "Type what is asked for, to the letter.",
  },
  "linked-account-last": {
    status: 409,
    code: "last-way-in",
    message: "This is the only way into the account. Set a password or connect another provider first.",
  },
} as const satisfies Record<string, ReasonEntry>;
