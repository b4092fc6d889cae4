import type { ReasonEntry } from "./reason-entry.ts";

const invalidRequest = { status: 400, code: "invalid_request" } as const;
const invalidGrant = { status: 400, code: "invalid_grant" } as const;
const invalidClient = { status: 401, code: "invalid_client", message: "Client authentication failed." } as const;
const badToken = { status: 401, code: "access-token-invalid", message: "The access token is not valid." } as const;

/** Reasons of the token endpoint, and about access tokens that somebody brings; a part of the one table in reasons.ts. */
export const tokenReasons = {
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
} as const satisfies Record<string, ReasonEntry>;
