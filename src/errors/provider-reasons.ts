import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons about upstream providers and the accounts that people link; a part of the one table in reasons.ts. */
export const providerReasons = {
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
  "linked-account-disabled": {
    status: 403,
    code: "linked-account-disabled",
    message: "This connection is switched off.",
  },
  "linked-account-unknown": { status: 404, code: "not-found", message: "No such account is connected." },
  "linked-account-last": {
    status: 409,
    code: "last-way-in",
    message: "This is the only way into the account. Set a password or connect another provider first.",
  },
} as const satisfies Record<string, ReasonEntry>;
