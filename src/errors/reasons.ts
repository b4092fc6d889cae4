import { accountReasons } from "./account-reasons.ts";
import { dpopReasons } from "./dpop-reasons.ts";
import { embeddingReasons } from "./embedding-reasons.ts";
import { handOverReasons } from "./hand-over-reasons.ts";
import { importReasons } from "./import-reasons.ts";
import type { ReasonEntry } from "./reason-entry.ts";
import { splitTokenReasons } from "./split-token-reasons.ts";

import { vaultCallReasons } from "./vault-call-reasons.ts";

import { vaultReasons } from "./vault-reasons.ts";

const invalidRequest = { status: 400, code: "invalid_request" } as const;
const invalidGrant = { status: 400, code: "invalid_grant" } as const;
const invalidClient = { status: 401, code: "invalid_client", message: "Client authentication failed." } as const;
const badToken = { status: 401, code: "access-token-invalid", message: "The access token is not valid." } as const;
/** The same for a realm that exists and one that does not: callers of another realm learn nothing. */
const unknownRealm = { status: 404, code: "not-found", message: "There is no such realm." } as const;

/** The one table from our private reason to what goes over the wire. Many reasons share a code on purpose. */
export const reasons = {
  // Requests
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

  // Client authentication (RFC 6749 §2.3, §5.2)
  "client-unknown": invalidClient,
  "client-disabled": invalidClient,
  "client-secret-wrong": invalidClient,
  "client-credentials-missing": invalidClient,
  "client-auth-method-not-registered": invalidClient,
  "client-auth-malformed": invalidClient,
  "client-assertion-malformed": invalidClient,
  "client-assertion-claims-wrong": invalidClient,
  "client-assertion-signature-wrong": invalidClient,
  "client-assertion-replayed": invalidClient,
  "client-auth-doubled": { ...invalidRequest, message: "Use one way of client authentication, not several." },
  "client-not-entitled": { status: 401, code: "invalid_client", message: "This client may not use this endpoint." },

  // Token endpoint
  "parameter-missing": { ...invalidRequest, message: "A required parameter is missing." },
  "parameter-repeated": { ...invalidRequest, message: "A parameter appears more than once." },
  "parameter-malformed": { ...invalidRequest, message: "A parameter is malformed." },
  "grant-type-unknown": {
    status: 400,
    code: "unsupported_grant_type",
    message: "This grant type does not exist here.",
  },
  "grant-type-not-registered": {
    status: 400,
    code: "unauthorized_client",
    message: "The client is not registered for this grant type.",
  },
  "code-unknown": { ...invalidGrant, message: "The authorization code is not valid." },
  "code-expired": { ...invalidGrant, message: "The authorization code is not valid." },
  "code-redeemed": { ...invalidGrant, message: "The authorization code is not valid." },
  "code-of-another-client": { ...invalidGrant, message: "The authorization code is not valid." },
  "redirect-uri-differs": {
    ...invalidGrant,
    message: "redirect_uri differs from the one of the authorization request.",
  },
  "code-verifier-missing": { ...invalidGrant, message: "code_verifier is missing." },
  "code-verifier-unexpected": {
    ...invalidGrant,
    message: "code_verifier was sent but the authorization request had no code_challenge.",
  },
  "code-verifier-wrong": { ...invalidGrant, message: "code_verifier does not match." },
  "refresh-token-unknown": { ...invalidGrant, message: "The refresh token is not valid." },
  "refresh-token-expired": { ...invalidGrant, message: "The refresh token has expired." },
  "refresh-token-reused": { ...invalidGrant, message: "The refresh token is not valid." },
  "code-of-another-key": { ...invalidGrant, message: "The authorization code is bound to another key." },
  "refresh-token-of-another-key": { ...invalidGrant, message: "The refresh token is bound to another key." },
  "refresh-token-of-another-client": { ...invalidGrant, message: "The refresh token is not valid." },
  "grant-revoked": { ...invalidGrant, message: "The grant has ended." },
  "grant-session-ended": { ...invalidGrant, message: "The session has ended." },
  "user-disabled": { ...invalidGrant, message: "The grant has ended." },
  "authorization-pending": {
    status: 400,
    code: "authorization_pending",
    message: "Nobody has decided yet. Ask again.",
  },
  "device-polls-too-fast": {
    status: 400,
    code: "slow_down",
    message: "Nobody has decided yet. Wait five seconds longer each time before asking again.",
  },
  "device-code-expired": { status: 400, code: "expired_token", message: "The device code has expired. Begin again." },
  "device-code-unknown": { ...invalidGrant, message: "The device code is not valid." },
  "device-code-of-another-client": { ...invalidGrant, message: "The device code is not valid." },
  "device-code-redeemed": { ...invalidGrant, message: "The device code is not valid." },
  "device-approval-ended": { status: 400, code: "access_denied", message: "The access has been taken back." },
  "device-session-limit": {
    status: 400,
    code: "access_denied",
    message: "The account is signed in on too many devices.",
  },
  "devices-too-many": {
    status: 503,
    code: "temporarily_unavailable",
    message: "Too many devices wait to be let in. Try again shortly.",
  },
  "scope-not-granted": {
    status: 400,
    code: "invalid_scope",
    message: "The scope is unknown, not allowed for the client, or wider than what was granted.",
  },
  "resource-unknown": {
    status: 400,
    code: "invalid_target",
    message: "The resource is unknown, not for this client, or was not asked for at first.",
  },
  "resource-not-granted": { status: 400, code: "invalid_target", message: "The resource was not asked for at first." },

  // Token exchange (RFC 8693 §2.2.2)
  "subject-token-invalid": { ...invalidRequest, message: "The subject token is not acceptable." },
  "actor-token-invalid": { ...invalidRequest, message: "The actor token is not acceptable." },
  "requested-token-type-unsupported": { ...invalidRequest, message: "Only access tokens are issued in exchange." },
  "exchange-target-not-allowed": {
    status: 400,
    code: "invalid_target",
    message: "The client may not exchange tokens for that resource or audience.",
  },

  // Authorization endpoint: before a redirect target is proven
  "authorization-client-unknown": {
    status: 400,
    code: "invalid_client",
    message: "The application that sent you here is not known on this site.",
  },
  "redirect-not-allowed": {
    status: 400,
    code: "redirect-not-allowed",
    message: "The return address is not registered for this application.",
  },
  "pushed-request-unknown": {
    status: 400,
    code: "invalid_request_uri",
    message:
      "This sign-in was begun with an address that is not valid here, or no longer. Start again from the application.",
  },
  "interaction-expired": {
    status: 400,
    code: "interaction-expired",
    message: "This sign-in has expired or was begun in another browser. Start again from the application.",
  },

  // Authorization endpoint: redirected to the client (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6)
  "response-type-unsupported": {
    status: 400,
    code: "unsupported_response_type",
    message: "Only response_type=code is offered.",
  },
  "response-mode-unsupported": { ...invalidRequest, message: "response_mode is query, fragment or form_post." },
  "request-object-unsupported": {
    status: 400,
    code: "request_not_supported",
    message: "Request objects are not supported.",
  },
  "request-uri-unsupported": {
    status: 400,
    code: "request_uri_not_supported",
    message: "request_uri is not supported.",
  },
  "client-not-authorized": { status: 400, code: "unauthorized_client", message: "The client may not use this flow." },
  "request-uri-pushed": { ...invalidRequest, message: "request_uri does not belong in a pushed request." },
  "request-not-pushed": { ...invalidRequest, message: "Authorization requests have to be pushed first (RFC 9126)." },
  "pushed-redirect-not-registered": { ...invalidRequest, message: "redirect_uri is not registered for the client." },
  "code-challenge-missing": { ...invalidRequest, message: "code_challenge is required (PKCE, S256)." },
  "code-challenge-method-unsupported": { ...invalidRequest, message: "code_challenge_method must be S256." },
  "code-challenge-malformed": { ...invalidRequest, message: "code_challenge is not a base64url SHA-256 hash." },
  "state-too-long": { ...invalidRequest, message: "state is too long." },
  "nonce-too-long": { ...invalidRequest, message: "nonce is too long." },
  "prompt-invalid": { ...invalidRequest, message: "prompt is not valid." },
  "claims-malformed": { ...invalidRequest, message: "claims is not a JSON object as OpenID Connect Core 5.5 has it." },
  "acr-unreachable": {
    status: 400,
    code: "unmet_authentication_requirements",
    message: "The user cannot sign in as strongly as the request requires.",
  },
  "max-age-invalid": { ...invalidRequest, message: "max_age is not a number of seconds." },
  "id-token-hint-invalid": { ...invalidRequest, message: "id_token_hint is not valid." },
  "login-required": { status: 400, code: "login_required", message: "The user has to sign in." },
  "consent-required": { status: 400, code: "consent_required", message: "The user has to agree." },
  "second-factor-needed": {
    status: 400,
    code: "interaction_required",
    message: "The user has to give a second factor.",
  },
  "account-mismatch": { status: 400, code: "login_required", message: "Another user is signed in." },
  "access-denied": { status: 400, code: "access_denied", message: "The user said no." },

  // Bearer tokens (RFC 6750 §3)
  "access-token-missing": { status: 401, code: "access-token-invalid", message: "Send an access token." },
  "access-token-malformed": badToken,
  "access-token-unknown": badToken,
  "access-token-signature-wrong": badToken,
  "access-token-revoked": badToken,
  "access-token-audience-wrong": badToken,
  "access-token-expired": { status: 401, code: "access-token-expired", message: "The access token has expired." },
  "access-token-doubled": { ...invalidRequest, message: "Send the access token in one way, not several." },
  "scope-insufficient": {
    status: 403,
    code: "insufficient_scope",
    message: "The access token lacks a scope for this.",
  },

  // Clients that register themselves (RFC 7591 §3.2.2, RFC 7592)
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

  // Logout
  "logout-hint-invalid": { status: 400, code: "invalid_request", message: "The sign-out request is not valid." },

  ...dpopReasons,
  ...embeddingReasons,
  ...accountReasons,
  ...handOverReasons,
  ...splitTokenReasons,
  ...vaultCallReasons,
  ...vaultReasons,
  ...importReasons,

  // Operators
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
  "registration-token-unknown": { status: 404, code: "not-found", message: "There is no such token." },
  "admin-other-realm": unknownRealm,
  "role-not-grantable": { status: 403, code: "forbidden", message: "This account may not grant that role." },
  "realm-unknown": unknownRealm,
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

/** Why something was refused, in our own words. Never sent; see `reasons` for what is. */
export type Reason = keyof typeof reasons;
