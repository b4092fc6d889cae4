import type { ReasonEntry } from "./reason-entry.ts";

/**
 * Reasons about second factors and passkeys; a part of the one table in reasons.ts. The first two are not refusals where a sign-in stops
 * halfway (http/half-sign-in.ts).
 */
export const factorReasons = {
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
} as const satisfies Record<string, ReasonEntry>;
