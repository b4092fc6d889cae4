import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons about the servers of a realm's sites, their keys and webhooks; a part of the one table in reasons.ts. */
export const serverReasons = {
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
} as const satisfies Record<string, ReasonEntry>;
