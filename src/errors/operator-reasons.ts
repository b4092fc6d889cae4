import type { ReasonEntry } from "./reason-entry.ts";

/** The same for a realm that exists and one that does not: callers of another realm learn nothing. */
const unknownRealm = { status: 404, code: "not-found", message: "There is no such realm." } as const;

/** Reasons of the operators' API; a part of the one table in reasons.ts. */
export const operatorReasons = {
  "admin-token-missing": {
    status: 401,
    code: "unauthorized",
    message: "Send the admin token or an administrator's access token as a Bearer token.",
  },
  "admin-token-wrong": { status: 401, code: "unauthorized", message: "The token is not valid here." },
  "admin-role-missing": { status: 403, code: "forbidden", message: "This account may not do that." },
  "operator-client-third-party": {
    status: 403,
    code: "forbidden",
    message: "Only an access token of the realm's own applications may act for an administrator.",
  },
  "sysadmin-spared": {
    status: 403,
    code: "forbidden",
    message: "Only a system administrator may change a system administrator.",
  },
  "second-factor-not-shown": {
    status: 403,
    code: "forbidden",
    message: "Here a session with two factors alone may make or change system administrators.",
  },
  "own-factors-spared": {
    status: 403,
    code: "forbidden",
    message: "Change your own second factor in your account, not here.",
  },
  "client-first-party-reserved": {
    status: 403,
    code: "forbidden",
    message: "Only a system administrator may make or change a first-party application.",
  },
  "client-token-exchange-reserved": {
    status: 403,
    code: "forbidden",
    message: "Only a system administrator may make or change an application that exchanges tokens.",
  },
  "gateway-binding-reserved": {
    status: 403,
    code: "forbidden",
    message: "Only the deployment may let a realm's gateway lead to one of its service bindings.",
  },
  "mail-domain-reserved": {
    status: 403,
    code: "forbidden",
    message: "Only the deployment may let a realm's mails come from another domain.",
  },
  "registration-token-unknown": { status: 404, code: "not-found", message: "There is no such token." },
  "admin-other-realm": unknownRealm,
  "role-not-grantable": { status: 403, code: "forbidden", message: "This account may not grant that role." },
  "realm-unknown": unknownRealm,
  "realm-move-unknown": { status: 404, code: "not-found", message: "This realm was never moved." },
  "realm-already-there": { status: 409, code: "realm-already-there", message: "The realm lies on that shard already." },
  "realm-move-under-way": {
    status: 409,
    code: "realm-move-under-way",
    message: "The realm is being moved. Wait until that is over, or abort it.",
  },
  "realm-move-too-late": {
    status: 409,
    code: "realm-move-too-late",
    message: "The realm has been switched already. Move it back instead.",
  },
  "domain-unknown": { status: 404, code: "not-found", message: "This realm has no such domain." },
  "realm-ambiguous": { status: 409, code: "realm-ambiguous", message: "Several realms have this name. Use the id." },
  "consent-unknown": { status: 404, code: "not-found", message: "Nothing has been granted to this application." },
  "user-record-unknown": { status: 404, code: "not-found", message: "There is no such user." },
  "merge-into-itself": {
    status: 422,
    code: "validation-failed",
    message: "A user cannot be merged into the very same user.",
  },
  "merge-into-unknown": {
    status: 422,
    code: "validation-failed",
    message: "There is no user with that id to merge this one into.",
  },
  "merge-into-closed": {
    status: 422,
    code: "validation-failed",
    message: "Another account can only be merged into one whose owner may sign in.",
  },
  "client-record-unknown": { status: 404, code: "not-found", message: "There is no such client." },
  "key-unknown": { status: 404, code: "not-found", message: "There is no such key." },
  "key-last-active": { status: 409, code: "key-in-use", message: "Rotate first: this is the only key that can sign." },
  "domain-already-in-realm": {
    status: 409,
    code: "domain-already-in-realm",
    message: "A domain belongs to one realm, and this one is taken.",
  },
  "jurisdiction-fixed": {
    status: 409,
    code: "jurisdiction-fixed",
    message: "A realm's jurisdiction is fixed when the realm is made; its users' sessions could not come along.",
  },
  "auth-domain-not-in-realm": {
    status: 422,
    code: "validation-failed",
    message: "auth_domain must be one of the domains.",
  },
  "realm-without-sysadmin": {
    status: 409,
    code: "last-sysadmin",
    message: "This would leave the realm without a system administrator.",
  },
  "redirect-uri-invalid": { status: 422, code: "invalid_redirect_uri", message: "A redirect URI is not acceptable." },
  "client-metadata-invalid": {
    status: 422,
    code: "invalid_client_metadata",
    message: "The client settings do not fit together.",
  },
  "secret-not-used": { status: 409, code: "secret-not-used", message: "This client has no secret." },
  "version-outdated": {
    status: 412,
    code: "version-outdated",
    message: "It was changed in the meantime. Read it again and repeat.",
  },
} as const satisfies Record<string, ReasonEntry>;
