import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons about calls of the token vault (contract §6); a part of the one table in reasons.ts. */
export const vaultCallReasons = {
  "call-malformed": { status: 400, code: "CALL_FORMAT_ERROR", message: "The call cannot be made as it is written." },
  "provider-unreachable": { status: 502, code: "API_ERROR", message: "The provider cannot be reached." },
  "provider-too-slow": { status: 504, code: "API_ERROR", message: "The provider did not answer in time." },
  "provider-redirects-away": {
    status: 502,
    code: "API_ERROR",
    message: "The provider redirects to an address that its token is not for.",
  },
  "provider-answer-too-large": {
    status: 502,
    code: "API_ERROR",
    message: "The provider's answer is too large. Ask for it as a stream.",
  },
  "provider-answer-broken": { status: 502, code: "API_ERROR", message: "The provider's answer is not what it says." },
  "mapping-unknown": { status: 404, code: "not-found", message: "There is no such mapping." },
  "mappings-too-many": {
    status: 409,
    code: "mapping-limit-reached",
    message: "There are as many mappings as there may be.",
  },
  "method-provider-open": {
    status: 400,
    code: "CALL_FORMAT_ERROR",
    message: "Say which provider: the user has not connected exactly one of those that the method has.",
  },
  "method-arguments-invalid": {
    status: 400,
    code: "CALL_FORMAT_ERROR",
    message: "The arguments are not what the method takes.",
  },
  "method-answer-unexpected": {
    status: 502,
    code: "API_ERROR",
    message: "The provider's answer does not have the shape that the method gives.",
  },
} as const satisfies Record<string, ReasonEntry>;
