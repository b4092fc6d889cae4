import type { ReasonEntry } from "./reason-entry.ts";

/** Callers of the vault learn the same of a wrong key, a client that is none, and one that may not use it. */
const badKeys = { status: 403, code: "unauthorized", message: "The keys are not those of an application." } as const;
/** And the same of a user that is none, one who has not connected, and a connection that is over. */
const noConnection = { status: 401, code: "INVALID_OAUTHID" } as const;

/** Reasons of the token vault; a part of the one table in reasons.ts. */
export const vaultReasons = {
  "vault-keys-missing": { ...badKeys, message: "Send public_key and private_key, or X-API-Key." },
  "vault-keys-wrong": badKeys,
  "vault-client-unvetted": badKeys,
  "vault-origin-foreign": {
    status: 403,
    code: "unauthorized-domain",
    message: "This site is not one of the application's.",
  },
  "connection-none": { ...noConnection, message: "This user has not connected an account of this provider." },
  "connection-unknown": { status: 404, code: "not-found", message: "There is no such connection." },
  "connection-expired": {
    ...noConnection,
    message: "The connection has expired. The user has to connect the account again.",
  },
  "connection-unreadable": {
    status: 503,
    code: "temporarily_unavailable",
    message: "What is kept of this connection cannot be read at the moment.",
  },
  "consent-expired": {
    status: 400,
    code: "interaction-expired",
    message: "This request has expired, was used already, or was begun in another browser. Start again.",
  },
  "consent-too-long": {
    status: 400,
    code: "request-too-long",
    message: "The request is too long to be taken along to the provider.",
  },
  "consent-of-another-user": {
    status: 403,
    code: "user-mismatch",
    message: "Somebody else is signed in here. Sign out, and open the link again.",
  },
  "provider-key-missing": { status: 422, code: "validation-failed", message: "Type in the key." },
  "provider-key-refused": { status: 422, code: "key-refused", message: "The provider does not take this key." },
  "connection-limit-reached": {
    status: 409,
    code: "connection-limit-reached",
    message: "This user has connected as many accounts as there may be.",
  },
} as const satisfies Record<string, ReasonEntry>;
