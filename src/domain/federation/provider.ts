import * as z from "zod";
import type { KeyRing } from "../../crypto/key-ring.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import type { ProviderRow } from "../../storage/d1/provider-store.ts";
import { type PresetName, presetNames, presets } from "./presets.ts";
import {
  type GivenSettings,
  type ProviderPurpose,
  type ProviderType,
  providerPurposes,
  providerSettingsSchema,
} from "./provider-settings.ts";

/** What holds in the end: what was set, else the preset's, else the default. */
export interface ProviderSettings extends Omit<GivenSettings, Defaulted | "claims"> {
  readonly label: string;
  readonly scopes: readonly string[];
  readonly response_mode: "query" | "form_post";
  readonly pkce: boolean;
  readonly nonce: boolean;
  readonly trusts_email: boolean;
  /** What the token vault asks for. */
  readonly vault_scopes: readonly string[];
  readonly scope_separator: " " | ",";
  readonly claims: Readonly<Record<ClaimName, string>>;
}
type Defaulted =
  | "label"
  | "scopes"
  | "response_mode"
  | "pkce"
  | "nonce"
  | "trusts_email"
  | "vault_scopes"
  | "scope_separator";

/** An upstream provider of one realm. */
export interface Provider {
  readonly realmId: string;
  /** Unique in the realm; part of its callback's path, and the `source` of the accounts linked through it. */
  readonly name: string;
  readonly preset: PresetName | null;
  readonly type: ProviderType;
  readonly purposes: readonly ProviderPurpose[];
  readonly clientId: string;
  readonly sealedClientSecret: string | null;
  /** As the operator has set it. */
  readonly given: GivenSettings;
  readonly settings: ProviderSettings;
  readonly disabled: boolean;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const claimNames = {
  subject: "sub",
  email: "email",
  email_verified: "email_verified",
  name: "name",
  given_name: "given_name",
  family_name: "family_name",
  picture: "picture",
} as const;
type ClaimName = keyof typeof claimNames;

const storedSchema = z.object({ ...providerSettingsSchema.shape, preset: z.enum(presetNames).optional() });

export function providerOf(row: ProviderRow): Provider {
  const { preset = null, ...given } = storedSchema.parse(row.settings);
  return {
    realmId: row.realmId,
    name: row.name,
    preset,
    type: row.type,
    purposes: providerPurposes.filter((purpose) => row.purposes.includes(purpose)),
    clientId: row.clientId,
    sealedClientSecret: row.sealedClientSecret,
    given,
    settings: effectiveSettings(row.name, preset, given),
    disabled: row.disabledAt !== null,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

export function effectiveSettings(name: string, preset: PresetName | null, given: GivenSettings): ProviderSettings {
  const { type: _, ...fromPreset }: GivenSettings & { type?: ProviderType } = preset === null ? {} : presets[preset];
  const set = { ...fromPreset, ...given };
  return {
    ...set,
    label: set.label ?? `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
    scopes: set.scopes ?? usualScopes,
    vault_scopes: set.vault_scopes ?? set.scopes ?? (set.issuer === undefined ? [] : usualScopes),
    scope_separator: set.scope_separator ?? " ",
    response_mode: set.response_mode ?? "query",
    pkce: set.pkce ?? true,
    nonce: set.nonce ?? true,
    trusts_email: set.trusts_email ?? false,
    claims: { ...claimNames, ...defined(fromPreset.claims), ...defined(given.claims) },
  };
}

const usualScopes = ["openid", "email", "profile"];

const defined = (claims: GivenSettings["claims"] = {}): Partial<Record<ClaimName, string>> =>
  Object.fromEntries(Object.entries(claims).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** Whether people can sign in with it now. */
export const isOpenForSignIn = (provider: Provider): boolean =>
  !provider.disabled && provider.purposes.includes("sign-in") && canSignIn(provider) && hasItsSecret(provider);

/** The other types say nothing of who somebody is. */
export const canSignIn = ({ type }: Pick<Provider, "type">): boolean => type === "oidc" || type === "oauth2";

/** Whether the token vault may speak to it now. */
export const isOpenForVault = (provider: Provider): boolean =>
  !provider.disabled && provider.purposes.includes("vault") && hasItsSecret(provider);

/** Where people bring their own key, the realm has none to show. */
export const hasItsSecret = (provider: Pick<Provider, "type" | "settings" | "sealedClientSecret">): boolean =>
  provider.type === "api_key" || provider.settings.auth_style === "none" || provider.sealedClientSecret !== null;

export const providerSecretPurpose = "provider-secret";
const secretContext = (realmId: string, name: string): string => `${realmId}|${name}`;

export function sealProviderSecret(ring: KeyRing, realmId: string, name: string, secret: string): Promise<string> {
  return ring.seal(providerSecretPurpose, secretContext(realmId, name), utf8(secret));
}

/** Null when there is none, or when it was sealed with a key that is gone. */
export async function openProviderSecret(ring: KeyRing, provider: Provider): Promise<string | null> {
  const { realmId, name, sealedClientSecret } = provider;
  if (sealedClientSecret === null) return null;
  const opened = await ring.open(providerSecretPurpose, secretContext(realmId, name), sealedClientSecret);
  return opened === null ? null : fromUtf8(opened);
}
