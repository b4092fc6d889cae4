import type { ReasonEntry } from "./reason-entry.ts";

const invalidRequest = { status: 400, code: "invalid_request" } as const;

/** Reasons about requests as such, and about ourselves; a part of the one table in reasons.ts. */
export const requestReasons = {
  "not-found": { status: 404, code: "not-found", message: "There is nothing here." },
  "unknown-host": { status: 404, code: "unknown-host", message: "No realm answers on this host." },
  "method-not-allowed": { status: 405, code: "method-not-allowed", message: "This address does not take that method." },
  "body-incomplete": { status: 400, code: "body-incomplete", message: "The request body did not arrive whole." },
  "body-too-large": { status: 413, code: "body-too-large", message: "The request body is too large." },
  "body-not-json": { status: 400, code: "invalid-body", message: "The request body is not a JSON object." },
  "body-not-form": { ...invalidRequest, message: "Send the parameters as application/x-www-form-urlencoded." },
  "body-invalid": { status: 422, code: "validation-failed", message: "Some fields are missing or not valid." },
  "query-invalid": { status: 400, code: "validation-failed", message: "Some query parameters are not valid." },
  "media-type-unsupported": {
    status: 415,
    code: "unsupported-media-type",
    message: "Send JSON with content-type application/json.",
  },
  "cross-site-request": {
    status: 403,
    code: "cross-site-request",
    message: "This request came from another site and was refused.",
  },
  "csrf-token-invalid": {
    status: 403,
    code: "form-expired",
    message: "This form has expired. Go back, reload the page and try again.",
  },
  "rate-limited": { status: 429, code: "rate-limited", message: "Too many tries. Wait a little and try again." },
  "storage-unavailable": {
    status: 503,
    code: "temporarily_unavailable",
    message: "The service is busy for the moment. Try again shortly.",
  },
  "realm-moving": {
    status: 503,
    code: "temporarily_unavailable",
    headerCode: "realm-moving",
    message: "Changes are not taken for the moment. Try again in a few seconds.",
  },
  "signing-key-unavailable": {
    status: 503,
    code: "temporarily_unavailable",
    message: "The service is busy for the moment. Try again shortly.",
  },
  "not-configured": { status: 503, code: "temporarily_unavailable", message: "The service is not ready." },
  "server-error": {
    status: 500,
    code: "server_error",
    message: "Something went wrong on our side. It has been recorded.",
  },
} as const satisfies Record<string, ReasonEntry>;
