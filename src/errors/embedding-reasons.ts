import type { ReasonEntry } from "./reason-entry.ts";

/** What FedCM calls it; the browser passes the code on to the site that asked. */
const denied = { status: 403, code: "access_denied" } as const;

/** Reasons about frames on other sites and the browser's own sign-in (FedCM); a part of the one table in reasons.ts. */
export const embeddingReasons = {
  "embedding-off": { status: 404, code: "not-found", message: "There is nothing here." },
  "embedding-client-unknown": {
    status: 400,
    code: "invalid_client",
    message: "The application that this frame was made for, or the site that it stands on, is not known here.",
  },
  "fedcm-not-the-browser": {
    status: 400,
    code: "invalid_request",
    message: "Only the browser's own sign-in asks here (FedCM).",
  },
  "fedcm-client-unknown": {
    status: 403,
    code: "unauthorized_client",
    message: "The application is not known, or not for the site that asks.",
  },
  "fedcm-nobody": { status: 401, code: "access_denied", message: "Nobody is signed in." },
  "fedcm-account-mismatch": { ...denied, message: "Somebody else is signed in." },
  "fedcm-not-disclosed": { ...denied, message: "The person has not agreed to what the application would learn." },
  "fedcm-second-factor-needed": { ...denied, message: "The sign-in needs a second factor first." },
} as const satisfies Record<string, ReasonEntry>;
