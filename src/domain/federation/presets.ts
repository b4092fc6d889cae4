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
    // Drive, and what people pick from Photos: of the rest of a library no app sees anything since April 2025.
    vault_scopes: [
      "openid",
      "https://www.googleapis.com/auth/drive.readonly",
      "https://www.googleapis.com/auth/photospicker.mediaitems.readonly",
    ],
    // A refresh token comes for access_type=offline alone, and with a person's first consent alone unless they are asked again.
    authorize_parameters: { access_type: "offline", prompt: "consent" },
    revoke_url: "https://oauth2.googleapis.com/revoke",
    revoke_style: "token-alone",
    api_hosts: ["www.googleapis.com", "photospicker.googleapis.com", "photoslibrary.googleapis.com"],
  },
  // Its issuer is another for each organisation, so that of `common` matches no ID token: here it is plain OAuth 2.0. It has nowhere to
  // give tokens back, and replaces the refresh token with each use while the old one stays good.
  microsoft: {
    label: "Microsoft",
    type: "oauth2",
    authorize_url: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    token_url: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    userinfo_url: "https://graph.microsoft.com/oidc/userinfo",
    scopes: ["openid", "email", "profile"],
    // Without offline_access there is no refresh token.
    vault_scopes: ["offline_access", "User.Read", "Files.Read"],
    auth_style: "post",
    api_hosts: ["graph.microsoft.com"],
  },
  dropbox: {
    label: "Dropbox",
    type: "oauth2",
    authorize_url: "https://www.dropbox.com/oauth2/authorize",
    token_url: "https://api.dropboxapi.com/oauth2/token",
    scopes: ["account_info.read", "files.metadata.read", "files.content.read"],
    auth_style: "post",
    // Without it access ends after four hours.
    authorize_parameters: { token_access_type: "offline" },
    // Not RFC 7009: the token to be given back is the one that the request carries.
    revoke_url: "https://api.dropboxapi.com/2/auth/token/revoke",
    revoke_style: "bearer",
    api_hosts: ["api.dropboxapi.com", "content.dropboxapi.com"],
  },
  // Tokens of its OAuth apps have no end and no refresh token; those of its GitHub Apps have both. It says what is wrong with status 200.
  github: {
    label: "GitHub",
    type: "oauth2",
    authorize_url: "https://github.com/login/oauth/authorize",
    token_url: "https://github.com/login/oauth/access_token",
    userinfo_url: "https://api.github.com/user",
    scopes: ["read:user", "user:email"],
    vault_scopes: ["read:user", "repo"],
    auth_style: "post",
    claims: { subject: "id", picture: "avatar_url" },
    dead_grant_errors: ["bad_refresh_token"],
    // One token of many: giving back the grant would end the others of the same person, too.
    revoke_url: "https://api.github.com/applications/{client_id}/token",
    revoke_style: "github",
    api_hosts: ["api.github.com", "uploads.github.com"],
  },
  // Asked for a user's token it answers with the app's own beside it, the user's inside `authed_user`, scopes joined by commas, and
  // `ok: false` with status 200 for what went wrong. A refresh is answered without `authed_user`.
  slack: {
    label: "Slack",
    type: "oauth2",
    authorize_url: "https://slack.com/oauth/v2/authorize",
    token_url: "https://slack.com/api/oauth.v2.access",
    scopes: ["files:read", "users:read"],
    scope_separator: ",",
    scope_parameter: "user_scope",
    auth_style: "post",
    // It knows PKCE for clients without a secret alone.
    pkce: false,
    token_answer: {
      access_token: "authed_user.access_token",
      refresh_token: "authed_user.refresh_token",
      expires_in: "authed_user.expires_in",
      scope: "authed_user.scope",
    },
    dead_grant_errors: ["invalid_refresh_token", "token_revoked", "token_expired", "account_inactive"],
    revoke_url: "https://slack.com/api/auth.revoke",
    revoke_style: "bearer",
    api_hosts: ["slack.com", "files.slack.com"],
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
  // It says who somebody is inside `data`, and no address unless the app may ask for `users.email`.
  twitter: {
    label: "X",
    type: "oauth2",
    authorize_url: "https://x.com/i/oauth2/authorize",
    token_url: "https://api.x.com/2/oauth2/token",
    userinfo_url: "https://api.x.com/2/users/me?user.fields=id,name,profile_image_url,confirmed_email",
    scopes: ["tweet.read", "users.read"],
    vault_scopes: ["offline.access", "tweet.read", "users.read"],
    auth_style: "basic",
    claims: {
      subject: "data.id",
      name: "data.name",
      picture: "data.profile_image_url",
      email: "data.confirmed_email",
    },
    revoke_url: "https://api.x.com/2/oauth2/revoke",
    api_hosts: ["api.x.com"],
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
