/** Claims about the user, and the scope that each belongs to: OIDC Core §5.1, §5.4. */
import { toSeconds } from "../../lib/time.ts";
import type { Profile } from "../../storage/profile.ts";

export type Claim = string | number | boolean | readonly string[] | Record<string, unknown>;

/** Null where the user has no such thing. */
type Read = (profile: Profile) => Claim | null;

const claimsByScope: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  profile: {
    name: (profile) => profile.name,
    given_name: (profile) => profile.firstName,
    family_name: (profile) => profile.lastName,
    preferred_username: (profile) => profile.username,
    picture: (profile) => profile.avatarUrl,
    locale: (profile) => profile.locale,
    updated_at: (profile) => toSeconds(profile.updatedAt),
  },
  email: {
    email: (profile) => profile.email,
    email_verified: (profile) => (profile.email === null ? null : profile.emailVerified),
  },
  phone: {
    phone_number: (profile) => profile.phoneNumber,
    phone_number_verified: (profile) => (profile.phoneNumber === null ? null : profile.phoneVerified),
  },
  address: {
    address: ({ metadata: { address } }) =>
      typeof address === "object" && address !== null && !Array.isArray(address) ? { ...address } : null,
  },
  roles: { roles: (profile) => profile.roles },
};

const readers = new Map(Object.values(claimsByScope).flatMap((claims) => Object.entries(claims)));

const scopes = new Map(
  Object.entries(claimsByScope).flatMap(([scope, claims]) => Object.keys(claims).map((name) => [name, scope] as const)),
);

/** Claims that discovery may promise. */
export const supportedClaims: readonly string[] = [
  ...["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"],
  ...readers.keys(),
];

/** The scope whose consent a claim needs; undefined for what is no claim about the user. */
export const scopeOfClaim = (name: string): string | undefined => scopes.get(name);

/** What the granted scopes let the client see, empty values left out. */
export const claimsForScopes = (profile: Profile, granted: readonly string[]): Record<string, Claim> =>
  requestedClaims(
    profile,
    granted.flatMap((scope) => (Object.hasOwn(claimsByScope, scope) ? Object.keys(claimsByScope[scope] ?? {}) : [])),
  );

/** The values of claims that were asked for one by one (§5.5), empty ones left out. */
export function requestedClaims(profile: Profile, names: readonly string[]): Record<string, Claim> {
  const claims: Record<string, Claim> = {};
  for (const name of names) {
    const value = readers.get(name)?.(profile) ?? null;
    if (value !== null) claims[name] = value;
  }
  return claims;
}
