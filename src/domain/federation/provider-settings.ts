import * as z from "zod";
import { limits } from "../../config/limits.ts";

const url = z.string().max(limits.urlLength);
const claim = z.string().min(1).max(100);
const line = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must not contain control characters");
const token = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/, "must be one word");

/** What may be set of a provider beside its name, client and purposes: name, what is allowed, and one sentence, in one place. */
export const providerSettingsSchema = z.strictObject({
  label: line.optional().describe("What people know it by: `Continue with …`."),
  issuer: url.optional().describe("The OpenID issuer; everything else is found from there. Required for type `oidc`."),
  authorize_url: url.optional().describe("Where people are sent. Found from the issuer when left out."),
  token_url: url.optional().describe("Where codes are redeemed. Found from the issuer when left out."),
  userinfo_url: url.optional().describe("Where claims are asked for. Found from the issuer when left out."),
  jwks_uri: url.optional().describe("The issuer's keys. Found from the issuer when left out."),
  revoke_url: url.optional().describe("Where the token vault gives tokens back."),
  api_hosts: z.array(z.string().max(253)).max(50).optional().describe("Where the token vault may call."),
  scopes: z.array(token).max(50).optional(),
  auth_style: z
    .enum(["basic", "post", "signed_secret", "none"])
    .optional()
    .describe(
      "How the client authenticates at `token_url`; `signed_secret` is Apple's way, a JWT signed with the key given as client_secret. Left out, what the issuer offers.",
    ),
  team_id: token.optional().describe("For `signed_secret`: the team whose key it is."),
  key_id: token.optional().describe("For `signed_secret`: the key's id."),
  response_mode: z.enum(["query", "form_post"]).optional().describe("How the answer comes back; `query` by default."),
  pkce: z.boolean().optional().describe("Off only for providers that refuse a code_verifier."),
  nonce: z.boolean().optional().describe("Off only for providers that leave the nonce out of their ID tokens."),
  select_account: z
    .boolean()
    .optional()
    .describe("It understands prompt=select_account; others are asked to have people sign in again."),
  trusts_email: z
    .boolean()
    .optional()
    .describe(
      "An address that the provider says is verified leads to the account here that has proven the same address. Off by default: the owner signs in and connects the two.",
    ),
  email_verified_text: z.boolean().optional().describe("It writes email_verified as a text; `true` then counts."),
  app_client_ids: z
    .array(token)
    .max(20)
    .optional()
    .describe("Client ids of the realm's own apps: ID and access tokens made out to them are taken, too."),
  claims: z
    .strictObject({
      subject: claim.optional(),
      email: claim.optional(),
      email_verified: claim.optional(),
      name: claim.optional(),
      given_name: claim.optional(),
      family_name: claim.optional(),
      picture: claim.optional(),
    })
    .optional()
    .describe("What the provider calls these claims, where that differs from OpenID Connect."),
  token_check: z
    .strictObject({ style: z.enum(["tokeninfo", "debug_token", "introspection"]), url })
    .optional()
    .describe(
      "Where an access token's audience can be asked for, in Google's way, Facebook's, or that of RFC 7662; without it no access token is taken as a sign-in.",
    ),
});

/** Names and bounds as above, and nothing else. */
export type GivenSettings = z.output<typeof providerSettingsSchema>;

export const providerTypes = ["oidc", "oauth2"] as const;
export type ProviderType = (typeof providerTypes)[number];

export const providerPurposes = ["sign-in", "vault"] as const;
export type ProviderPurpose = (typeof providerPurposes)[number];
