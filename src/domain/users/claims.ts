/** Claims about the user by scope: OIDC Core §5.1, §5.4. */
import { toSeconds } from "../../lib/time.ts";
import type { Profile } from "../../storage/profile.ts";

type Claim = string | number | boolean | readonly string[] | Record<string, unknown> | null;

const claimsByScope: Readonly<Record<string, (profile: Profile) => Record<string, Claim>>> = {
  profile: (profile) => ({
    name: profile.name,
    given_name: profile.firstName,
    family_name: profile.lastName,
    preferred_username: profile.username,
    picture: profile.avatarUrl,
    updated_at: toSeconds(profile.updatedAt),
  }),
  email: (profile) => (profile.email === null ? {} : { email: profile.email, email_verified: profile.emailVerified }),
  phone: (profile) =>
    profile.phoneNumber === null
      ? {}
      : { phone_number: profile.phoneNumber, phone_number_verified: profile.phoneVerified },
  address: (profile) => {
    const { address } = profile.metadata;
    return typeof address === "object" && address !== null && !Array.isArray(address)
      ? { address: { ...address } }
      : {};
  },
  roles: (profile) => ({ roles: profile.roles }),
};

/** Claims that discovery may promise. */
export const supportedClaims = [
  ...["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"],
  ...["name", "given_name", "family_name", "preferred_username", "picture", "updated_at"],
  ...["email", "email_verified", "phone_number", "phone_number_verified", "address", "roles"],
] as const;

/** What the granted scopes let the client see, empty values left out. */
export function claimsForScopes(profile: Profile, scopes: readonly string[]): Record<string, Claim> {
  const claims: Record<string, Claim> = {};
  for (const scope of scopes) {
    for (const [name, value] of Object.entries(claimsByScope[scope]?.(profile) ?? {})) {
      if (value !== null) claims[name] = value;
    }
  }
  return claims;
}
