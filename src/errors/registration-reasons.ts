import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons about clients that register themselves (RFC 7591 §3.2.2, RFC 7592); a part of the one table in reasons.ts. */
export const registrationReasons = {
  "registration-closed": { status: 404, code: "not-found", message: "Clients cannot register here." },
  "registration-token-missing": { status: 401, code: "invalid_token", message: "Send the token as a Bearer token." },
  "registration-token-wrong": { status: 401, code: "invalid_token", message: "The token is not valid." },
  "registration-full": {
    status: 403,
    code: "registration-limit-reached",
    message: "No more clients can register here. Ask an operator.",
  },
  "registration-metadata-invalid": {
    status: 400,
    code: "invalid_client_metadata",
    message: "The client metadata are not valid.",
  },
  "registration-redirect-uri-invalid": {
    status: 400,
    code: "invalid_redirect_uri",
    message: "A redirect URI is not acceptable.",
  },
  "software-statement-unapproved": {
    status: 400,
    code: "unapproved_software_statement",
    message: "Software statements are not accepted here.",
  },
} as const satisfies Record<string, ReasonEntry>;
