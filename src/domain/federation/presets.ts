import type { GivenSettings, ProviderType } from "./provider-settings.ts";

/** Well-known providers as data: what their documentation asks for. Whatever an operator sets counts instead. */
export const presets = {
  google: {
    label: "Google",
    type: "oidc",
    issuer: "https://accounts.google.com",
    scopes: ["openid", "email", "profile"],
    auth_style: "post",
    select_account: true,
    token_check: { style: "tokeninfo", url: "https://oauth2.googleapis.com/tokeninfo" },
  },
  facebook: {
    label: "Facebook",
    type: "oauth2",
    authorize_url: "https://www.facebook.com/v24.0/dialog/oauth",
    token_url: "https://graph.facebook.com/v24.0/oauth/access_token",
    userinfo_url: "https://graph.facebook.com/v24.0/me?fields=id,name,first_name,last_name,email",
    scopes: ["email", "public_profile"],
    auth_style: "post",
    claims: { subject: "id", given_name: "first_name", family_name: "last_name" },
    token_check: { style: "debug_token", url: "https://graph.facebook.com/v24.0/debug_token" },
  },
  // It answers a code_verifier with a refusal, and leaves the nonce out of its ID tokens.
  linkedin: {
    label: "LinkedIn",
    type: "oidc",
    issuer: "https://www.linkedin.com/oauth",
    scopes: ["openid", "profile", "email"],
    auth_style: "post",
    pkce: false,
    nonce: false,
    token_check: { style: "introspection", url: "https://www.linkedin.com/oauth/v2/introspectToken" },
  },
  // Its client secret is a JWT signed with the team's key. It posts its answers when asked for a name or an address.
  apple: {
    label: "Apple",
    type: "oidc",
    issuer: "https://appleid.apple.com",
    scopes: ["name", "email"],
    auth_style: "signed_secret",
    response_mode: "form_post",
    email_verified_text: true,
  },
} as const satisfies Record<string, GivenSettings & { type: ProviderType }>;

export type PresetName = keyof typeof presets;

export const presetNames = Object.keys(presets) as [PresetName, ...PresetName[]];

export const isPresetName = (name: string): name is PresetName => Object.hasOwn(presets, name);
