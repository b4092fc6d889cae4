import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { described } from "../../config/schemas.ts";

const url = z.string().max(limits.urlLength);
const claim = z.string().min(1).max(100);
const line = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must not contain control characters");
const token = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/, "must be one word");

/** A list of scopes, or RFC 6749 §3.3's one string. */
const scopeList = z.preprocess(
  (value) => (typeof value === "string" ? value.split(" ").filter((scope) => scope !== "") : value),
  z.array(token).max(50),
);

/** A member of a JSON object, or one inside another: `authed_user.access_token`. */
const claimPath = z.string().regex(/^[\w-]{1,64}(?:\.[\w-]{1,64}){0,3}$/, "must be names joined by dots");

/** What the request itself decides. */
const ownParameters: ReadonlySet<string> = new Set([
  "response_type",
  "client_id",
  "redirect_uri",
  "scope",
  "state",
  "nonce",
  "code_challenge",
  "code_challenge_method",
  "response_mode",
]);

/** What may be set of a provider beside its name, client and purposes: name, what is allowed, and one sentence, in one place. */
export const providerSettingsSchema = z.strictObject({
  label: described(line.optional(), "What people know it by: `Continue with …`."),
  issuer: described(
    url.optional(),
    "The OpenID issuer; everything else is found from there. Required for type `oidc`.",
  ),
  authorize_url: described(url.optional(), "Where people are sent. Found from the issuer when left out."),
  token_url: described(url.optional(), "Where codes are redeemed. Found from the issuer when left out."),
  userinfo_url: described(url.optional(), "Where claims are asked for. Found from the issuer when left out."),
  jwks_uri: described(url.optional(), "The issuer's keys. Found from the issuer when left out."),
  revoke_url: described(url.optional(), "Where the token vault gives tokens back."),
  revoke_style: described(
    z.enum(["standard", "token-alone", "bearer", "github"]).optional(),
    "How a token is given back at `revoke_url`: RFC 7009 with the client's authentication (`standard`), the token alone in a form, as the Bearer of an empty POST, or GitHub's way.",
  ),
  request_token_url: described(url.optional(), "Type `oauth1`: where a request begins (RFC 5849 §2.1)."),
  signature_method: described(
    z.enum(["HMAC-SHA1", "HMAC-SHA256"]).optional(),
    "Type `oauth1`: how requests are signed; `HMAC-SHA1` by default.",
  ),
  api_key: described(
    z
      .strictObject({
        in: z.enum(["header", "query"]),
        name: token.describe("Of the header or query parameter."),
        prefix: described(
          z
            .string()
            .max(50)
            .regex(/^[\x20-\x7E]*$/, "must be a line of ASCII")
            .optional(),
          "Stands before the key, as `Bearer `.",
        ),
      })
      .optional(),
    "Type `api_key`: where a call carries the key.",
  ),
  key_page: described(url.optional(), "Type `api_key`: where people find their key."),
  check_url: described(
    url.optional(),
    "Type `api_key`: called by GET with a key that was typed in; one that is answered with 401 or 403 is not taken.",
  ),
  api_hosts: described(z.array(z.string().max(253)).max(50).optional(), "Where the token vault may call."),
  scopes: scopeList.optional(),
  vault_scopes: described(
    scopeList.optional(),
    "What the token vault asks for, where that is not what a sign-in asks for: `scopes` when left out.",
  ),
  scope_separator: described(z.enum([" ", ","]).optional(), "Between scopes, there and back; a space by default."),
  scope_parameter: described(
    z.enum(["scope", "user_scope"]).optional(),
    "What the parameter is called that asks for scopes; `user_scope` is Slack's, for a user's token.",
  ),
  authorize_parameters: described(
    z
      .record(z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/), z.string().max(512))
      .refine(
        (extra) => Object.keys(extra).length <= 20 && Object.keys(extra).every((name) => !ownParameters.has(name)),
        {
          error: "may be 20, and none that is set by the request itself",
        },
      )
      .optional(),
    "Sent along when the token vault asks for consent, such as `access_type` or `prompt`.",
  ),
  token_answer: described(
    z
      .strictObject({
        access_token: claimPath.optional(),
        refresh_token: claimPath.optional(),
        id_token: claimPath.optional(),
        expires_in: claimPath.optional(),
        scope: claimPath.optional(),
        error: claimPath.optional(),
      })
      .optional(),
    "Where the token endpoint's answer has these, as names joined by dots, where that differs from RFC 6749 §5.1.",
  ),
  dead_grant_errors: described(
    z.array(token).max(20).optional(),
    "Errors by which the token endpoint says that the person has to agree anew, beside `invalid_grant`.",
  ),
  auth_style: described(
    z.enum(["basic", "post", "signed_secret", "none"]).optional(),
    "How the client authenticates at `token_url`; `signed_secret` is Apple's way, a JWT signed with the key given as client_secret. Left out, what the issuer offers.",
  ),
  team_id: described(token.optional(), "For `signed_secret`: the team whose key it is."),
  key_id: described(token.optional(), "For `signed_secret`: the key's id."),
  response_mode: described(z.enum(["query", "form_post"]).optional(), "How the answer comes back; `query` by default."),
  pkce: described(z.boolean().optional(), "Off only for providers that refuse a code_verifier."),
  nonce: described(z.boolean().optional(), "Off only for providers that leave the nonce out of their ID tokens."),
  select_account: described(
    z.boolean().optional(),
    "It understands prompt=select_account; others are asked to have people sign in again.",
  ),
  trusts_email: described(
    z.boolean().optional(),
    "An address that the provider says is verified leads to the account here that has proven the same address. Off by default: the owner signs in and connects the two.",
  ),
  email_verified_text: described(z.boolean().optional(), "It writes email_verified as a text; `true` then counts."),
  app_client_ids: described(
    z.array(token).max(20).optional(),
    "Client ids of the realm's own apps: ID and access tokens made out to them are taken, too.",
  ),
  claims: described(
    z
      .strictObject({
        subject: claim.optional(),
        email: claim.optional(),
        email_verified: claim.optional(),
        name: claim.optional(),
        given_name: claim.optional(),
        family_name: claim.optional(),
        picture: claim.optional(),
      })
      .optional(),
    "What the provider calls these claims, where that differs from OpenID Connect. A dot leads into an object: `data.id`.",
  ),
  token_check: described(
    z.strictObject({ style: z.enum(["tokeninfo", "debug_token", "introspection"]), url }).optional(),
    "Where an access token's audience can be asked for, in Google's way, Facebook's, or that of RFC 7662; without it no access token is taken as a sign-in.",
  ),
});

/** Names and bounds as above, and nothing else. */
export type GivenSettings = z.output<typeof providerSettingsSchema>;

export const providerTypes = ["oidc", "oauth2", "oauth1", "api_key"] as const;
export type ProviderType = (typeof providerTypes)[number];

export const providerPurposes = ["sign-in", "vault"] as const;
export type ProviderPurpose = (typeof providerPurposes)[number];
