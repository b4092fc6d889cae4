import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons of /api/auth and of the gateway; a part of the one table in reasons.ts. */
export const splitTokenReasons = {
  /** The header is spelt as the clients that there are spell it. */
  "own-refresh-token-expired": {
    status: 401,
    code: "refresh-token-expired",
    headerCode: "refresg-token-expired",
    message: "The refresh token has expired. Sign in again.",
  },
  "own-refresh-token-invalid": {
    status: 401,
    code: "refresh-token-invalid",
    message: "The refresh token is not valid. Sign in again.",
  },
  "own-session-ended": { status: 401, code: "session-revoked", message: "The session has ended. Sign in again." },
  "own-scope-unknown": { status: 422, code: "validation-failed", message: "None of the scopes can be had here." },
  "own-client-unfit": {
    status: 401,
    code: "invalid_client",
    message: "Only an application of the realm's own may sign users in here.",
  },
  "guests-off": { status: 403, code: "guests-off", message: "There are no guests on this site." },
  "guest-signed-up": { status: 409, code: "user-already-exists", message: "This guest has signed up already." },
  "token-of-a-client": { status: 401, code: "access-token-invalid", message: "The access token is not a user's." },
  "gateway-service-unknown": { status: 404, code: "not-found", message: "There is no such service." },
  "gateway-unreachable": { status: 502, code: "gateway-unreachable", message: "The service could not be reached." },
  "gateway-timeout": { status: 504, code: "gateway-timeout", message: "The service did not answer in time." },
} as const satisfies Record<string, ReasonEntry>;
