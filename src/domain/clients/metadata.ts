import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { scopeToken } from "../../config/realm-settings.ts";
import { described } from "../../config/schemas.ts";
import { assertionAlgorithms, publicKeySet } from "./client-keys.ts";

export const deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";
export const tokenExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

export const grantTypes = [
  "authorization_code",
  "refresh_token",
  "client_credentials",
  deviceCodeGrant,
  tokenExchangeGrant,
] as const;
export type GrantType = (typeof grantTypes)[number];

/** `client_secret` stands for either way of sending the secret: what a client gets that did not choose. */
export const clientAuthMethods = [
  "client_secret_basic",
  "client_secret_post",
  "private_key_jwt",
  "none",
  "client_secret",
] as const;
export type ClientAuthMethod = (typeof clientAuthMethods)[number];

/** What an application is given for an access token: a JWT (RFC 9068), or the signature of one. */
const accessTokenFormats = ["jwt", "split"] as const;
export type AccessTokenFormat = (typeof accessTokenFormats)[number];

const url = z.string().max(limits.urlLength);
const pageUrl = z
  .url({ protocol: /^https$/ })
  .max(limits.urlLength)
  .optional();
const uris = z.array(z.string().min(1).max(limits.urlLength)).max(100);

/** A list of scopes, or RFC 6749 §3.3's one string. */
const scopes = z.preprocess(
  (value) => (typeof value === "string" ? value.split(" ").filter((scope) => scope !== "") : value),
  z.array(scopeToken).max(100),
);

/** What is registered of a client besides its name and secret. Names as in RFC 7591 §2 and the OpenID specifications. */
export const clientMetadataSchema = z.strictObject({
  redirect_uris: described(uris.default([]), "Where codes may be sent. Compared character by character."),
  error_uris: described(uris.default([]), "Where a request may send a user who is not signed in."),
  post_logout_redirect_uris: described(uris.default([]), "Where a user may go after signing out."),
  backchannel_logout_uri: described(
    url.optional(),
    "Where it wants to be told of sessions that have ended (OpenID Connect Back-Channel Logout): https.",
  ),
  backchannel_logout_session_required: described(
    z.boolean().default(false),
    "Needs `sid` in logout tokens; they always have it.",
  ),
  origins: described(
    z.array(url).max(100).default([]),
    "Further origins that may call the token endpoint from a browser.",
  ),
  grant_types: z.array(z.enum(grantTypes)).default(["authorization_code", "refresh_token"]),
  scopes: scopes.default(["openid", "profile", "email", "phone", "address", "roles", "offline_access"]),
  token_endpoint_auth_method: z.enum(clientAuthMethods).optional(),
  token_endpoint_auth_signing_alg: described(
    z.enum(assertionAlgorithms).optional(),
    "The one algorithm of its assertions (private_key_jwt); any of those offered when left out.",
  ),
  jwks: described(publicKeySet.optional(), "Its public keys (RFC 7517). Private members are refused."),
  jwks_uri: described(url.optional(), "Where it publishes its keys instead: https."),
  profile: described(
    z.enum(["fapi2"]).optional(),
    "Holds the client to the FAPI 2.0 Security Profile: private_key_jwt, pushed requests, PKCE and DPoP, no RS256. One that has PAR, DPoP and private_key_jwt required is held to it too.",
  ),
  require_par: described(z.boolean().default(false), "Takes authorization requests only when pushed (RFC 9126 §6)."),
  dpop_bound_access_tokens: described(z.boolean().default(false), "Its tokens are bound to its key (RFC 9449 §5.2)."),
  resources: described(
    z.array(z.string().max(512)).max(100).optional(),
    "Resource servers of the realm's that its tokens may be for; all of them when left out (RFC 8707).",
  ),
  access_token_format: described(
    z.enum(accessTokenFormats).default("jwt"),
    "`jwt`: resource servers verify its access tokens by themselves. `split`: it gets the signature alone, and whoever takes its tokens asks here.",
  ),
  id_token_signed_response_alg: z.enum(["ES256", "RS256", "EdDSA"]).default("ES256"),
  require_pkce: described(z.boolean().default(true), "May be lifted for confidential clients that use OpenID Connect."),
  token_exchange: described(
    z
      .strictObject({
        subject_clients: described(
          z.array(z.string().max(64)).max(100),
          "Clients whose users' tokens it may exchange, by client_id.",
        ),
        audiences: described(
          z.array(z.string().max(512)).min(1).max(100),
          "Resource servers that the new tokens may be for; the issuer, named, is the realm's own endpoints.",
        ),
        impersonation: described(
          z.boolean().default(false),
          "The new tokens do not say that this client acts (RFC 8693 §1.1).",
        ),
      })
      .optional(),
    "What it may exchange (RFC 8693). When left out: access tokens of its own, for less. For system administrators to set.",
  ),
  application_type: z.enum(["web", "native"]).optional(),
  contacts: z.array(z.string().max(254)).max(10).optional(),
  software_id: z.string().max(256).optional(),
  software_version: z.string().max(256).optional(),
  client_uri: pageUrl,
  logo_uri: pageUrl,
  policy_uri: pageUrl,
  tos_uri: pageUrl,
});

export type ClientMetadata = z.output<typeof clientMetadataSchema>;
