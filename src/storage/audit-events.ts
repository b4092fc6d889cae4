import type { Plain } from "../lib/canonical-json.ts";

/**
 * Everything that is written down, and what it means. A closed list: what is not here cannot be recorded, and what operators may change
 * has its line in routes/admin/audited-changes.ts.
 */
export const auditTypeNames = [
  "user.signed_in", // A session was opened for a user.
  "user.sign_in_failed", // Somebody was not let in; `reason` says why.
  "user.second_factor_required", // The first factor was right; the second is still owed.
  "user.second_factor_proven", // A session went on, stronger, after a second factor.
  "user.second_factor_failed", // A second factor was wrong.
  "user.reauthentication_failed", // Somebody signed in was asked for the password again and had it wrong.
  "user.code_failed", // A one-time code or link was wrong, outside of a sign-in.
  "user.created", // An account was made.
  "user.updated", // Fields of an account changed.
  "user.disabled", // An account was shut out.
  "user.enabled", // An account was let in again.
  "user.roles_changed", // An account's roles changed.
  "user.deleted", // An account was deleted.
  "guests.forgotten", // Guests that nobody came back for were deleted; `count` says how many.
  "user.merged", // An account was merged into another and is gone; `into` says which.
  "users.imported", // Accounts of another system were taken in.
  "users.exported", // A page of accounts was handed out; `password_hashes` says whether with those.
  "user.kicked", // An operator ended sessions of a user.
  "session.ended", // A session is over; `reason` says why.
  "session.kicked", // A user ended other sessions of their own.
  "password.changed", // A user changed their password, or an operator set one.
  "password.reset", // A password was set by a mailed code or link, or in place of a temporary one.
  "password.reset_by_operator", // An operator sent a link for a new password, or made a temporary one; `by` says which.
  "factor.added", // A second factor was set up.
  "factor.removed", // Second factors were given up.
  "factor.reset", // An operator took all second factors from a user.
  "factor.recovery_codes_renewed", // New recovery codes were made.
  "passkey.added", // A passkey was registered.
  "passkey.removed", // A passkey was removed.
  "account.linked", // A user was connected with one of another system.
  "account.unlinked", // That connection was undone.
  "connection.connected", // A user let the token vault keep a connection with a provider.
  "connection.expired", // A provider does not take a connection any more.
  "connection.disconnected", // A user, or an application, gave a connection up.
  "message.undelivered", // A mail or a text message reached nobody; `kind` says what it was about, `why` what came of it.
  "consent.granted", // A user let an application have something.
  "consent.revoked", // A user, or an operator, took it back.
  "tokens.issued", // How many tokens each client was given in some seconds.
  "token.exchanged", // A token was exchanged for another.
  "code.replayed", // An authorization or device code was used twice; what it gave is revoked.
  "refresh_token.reused", // An old refresh token came back; its line is revoked.
  "client.authentication_failed", // Somebody called as a client and could not prove it.
  "client.created", // A client was registered.
  "client.updated", // A client changed.
  "client.deleted", // A client was deleted.
  "clients.forgotten", // Clients that registered themselves and never got a token were deleted; `clients` names them.
  "client.secret_rotated", // A client got another secret.
  "registration_token.created", // An initial access token was made.
  "registration_token.deleted", // An initial access token was withdrawn.
  "realm.created", // A realm was made.
  "realm.updated", // A realm changed.
  "realm.deleted", // A realm was deleted.
  "key.rotated", // A new key signs.
  "key.revoked", // A key was withdrawn.
  "realm.move_begun", // A realm is moved to another shard.
  "realm.move_aborted", // The move of a realm was aborted.
  "key_encryption.rewrap_begun", // What is sealed is brought under the newest key-encryption key once more.
  "provider.set", // An upstream provider was made or changed.
  "provider.deleted", // An upstream provider was deleted.
  "mapping.set", // An application's mapping was made or changed by an operator.
  "mapping.deleted", // An operator deleted an application's mapping.
  "source.set", // A main product was made or changed.
  "source.deleted", // A main product was deleted.
  "api_key.created", // A key for a server was made.
  "api_key.rotated", // A key for a server was replaced.
  "api_key.deleted", // A key for a server was withdrawn.
  "webhook.created", // A webhook was made.
  "webhook.updated", // A webhook changed.
  "webhook.deleted", // A webhook was deleted.
  "webhook.secret_rotated", // A webhook got another secret.
  "webhook.replayed", // Deliveries were begun anew.
  "operator.refused", // Somebody signed in tried what operators may do, and may not.
] as const;
export type AuditType = (typeof auditTypeNames)[number];

export const actorKinds = ["user", "admin", "sysadmin", "deployment", "client", "api-key", "system", "nobody"] as const;

/** Who did it. `nobody`: a stranger. `id`: the user's, the client's or the key's. */
export type AuditActor = {
  readonly kind: (typeof actorKinds)[number];
  readonly id?: string;
};

/** `unknown`: it was begun, and nobody was left to say how it ended. */
export type AuditOutcome = "done" | "refused" | "failed" | "unknown";

/** One entry. Ids and names of ours: never a token, a secret, an address of a person or what somebody typed. */
export type AuditEvent = {
  /** Sorts by time; the same however often the event is sent. */
  readonly id: string;
  /** ISO 8601, in UTC. */
  readonly time: string;
  readonly type: AuditType;
  readonly outcome: AuditOutcome;
  /** One of the reasons of src/errors, or why a session ended. */
  readonly reason?: string;
  readonly actor: AuditActor;
  /** The user whom it is about. */
  readonly user?: string;
  readonly client?: string;
  /** Anything else that it is about: `key`, `webhook`, `provider`. */
  readonly target?: { readonly kind: string; readonly id: string };
  readonly request?: string;
  /** A network, never a host: 203.0.113.0/24, 2001:db8:1::/48. */
  readonly network?: string;
  readonly agent?: string;
  readonly details?: { readonly [name: string]: Plain };
};

/** A job for the queue of audit events. */
export interface AuditJob {
  readonly type: "audit";
  readonly realmId: string;
  readonly event: AuditEvent;
}

const idPrefix = "aud_";

/** Ids of events from then on are not smaller than this. `now`: milliseconds since the epoch. */
export const firstAuditIdOf = (now: number): string => `${idPrefix}${Math.max(0, now).toString(36).padStart(9, "0")}`;

/** The chain of what belongs to no realm: realms made and deleted. */
export const deploymentChain = "deployment";
