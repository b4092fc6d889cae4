import type { ReasonEntry } from "./reason-entry.ts";

const invalidRequest = { status: 400, code: "invalid_request" } as const;

/** Reasons of the authorization endpoint and of signing out; a part of the one table in reasons.ts. */
export const authorizationReasons = {
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

  // Logout
  "logout-hint-invalid": { status: 400, code: "invalid_request", message: "The sign-out request is not valid." },
} as const satisfies Record<string, ReasonEntry>;
