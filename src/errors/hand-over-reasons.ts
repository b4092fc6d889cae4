import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons about main products and those whom they hand over; a part of the one table in reasons.ts. */
export const handOverReasons = {
  "hand-over-token-missing": { status: 422, code: "validation-failed", message: "Send the token." },
  // What is wrong with a token is told to whoever shows it, in the order in which it is looked at. Nothing of it is about users.
  "hand-over-token-malformed": {
    status: 401,
    code: "token-malformed",
    message: "This is no signed JWT in compact form, or its header asks for more than a signature.",
  },
  "hand-over-token-unsigned": {
    status: 401,
    code: "token-unsigned",
    message: "Tokens without a signature are not taken.",
  },
  "hand-over-token-of-another-type": {
    status: 401,
    code: "token-type-wrong",
    message: "The header says that this is another kind of token: typ has to be JWT, or left out.",
  },
  "hand-over-token-issuer-unknown": {
    status: 401,
    code: "token-issuer-unknown",
    message: "No main product of this issuer hands its users over here.",
  },
  "hand-over-token-algorithm-wrong": {
    status: 401,
    code: "token-algorithm-wrong",
    message: "The token is not signed with the algorithm of its issuer.",
  },
  "hand-over-token-signature-wrong": {
    status: 401,
    code: "token-signature-wrong",
    message: "The signature is not by a key of the issuer.",
  },
  "hand-over-token-claims-missing": { status: 401, code: "token-claims-missing", message: "The token lacks a claim." },
  "hand-over-token-claims-malformed": {
    status: 401,
    code: "token-claims-malformed",
    message: "A claim of the token is not what it has to be.",
  },
  "hand-over-token-lifetime-too-long": {
    status: 401,
    code: "token-lifetime-too-long",
    message: "From iat to exp the token may be good for 15 minutes at most.",
  },
  "hand-over-token-not-yet-valid": {
    status: 401,
    code: "token-not-yet-valid",
    message: "The token is not good yet: iat or nbf lies ahead. Compare the clocks.",
  },
  "hand-over-token-audience-wrong": {
    status: 401,
    code: "token-audience-wrong",
    message: "The token is made out to somebody else: aud has to be the issuer or the host of this realm, or left out.",
  },
  "hand-over-token-user-invalid": {
    status: 401,
    code: "token-user-invalid",
    message: "user_id names nobody: a positive integer, or up to 255 characters of ASCII without blanks.",
  },
  "hand-over-token-expired": {
    status: 401,
    code: "token-expired",
    message: "The token has expired. Go back and start again.",
  },
  "hand-over-token-used": {
    status: 403,
    code: "token-consumed",
    message: "The token has been used. Go back and start again.",
  },
  "hand-over-by-address-off": {
    status: 405,
    code: "method-not-allowed",
    message: "Tokens of this product are taken in the body of a POST only.",
  },
  "account-disabled": { status: 403, code: "account-disabled", message: "This account has been disabled." },
  "link-proof-required": {
    status: 409,
    code: "link-required",
    message: "There is an account with this e-mail address already. Show that it is yours, or make a new one.",
  },
  "link-token-invalid": {
    status: 403,
    code: "invalid-token",
    message: "The link token is not valid, or not any more. Start again at the main product.",
  },
  "link-token-used": { status: 403, code: "token-consumed", message: "The link token has been used." },
  "link-proof-missing": {
    status: 422,
    code: "validation-failed",
    message: "Give the password of the account, a one-time code, or create_new.",
  },
  "verification-token-mismatch": {
    status: 403,
    code: "verification-token-mismatch",
    message: "The verification token is not one of this source for this account.",
  },
  "verification-token-used": { status: 403, code: "token-consumed", message: "The verification token has been used." },
  "source-unknown": { status: 404, code: "not-found", message: "There is no such source." },
  "source-account-linked-elsewhere": {
    status: 409,
    code: "account-already-linked",
    message: "This account of the source belongs to another user.",
  },
  "user-linked-otherwise": {
    status: 409,
    code: "account-already-linked",
    message: "This user has another account at the source.",
  },
  "unified-account-fixed": {
    status: 409,
    code: "unified-account",
    message: "The ids of this source are the ids of users here. An operator changes them.",
  },
  "account-not-own": { status: 403, code: "forbidden", message: "This is not the account of this session." },
  "account-not-linkable": {
    status: 403,
    code: "forbidden",
    message: "Accounts of administrators are linked by their own session only.",
  },
} as const satisfies Record<string, ReasonEntry>;
