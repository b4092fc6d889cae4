import { importClientKey } from "../../crypto/signed-client-secret.ts";
import { Problem } from "../../errors/errors.ts";
import type { ProviderChanges } from "../../storage/d1/provider-store.ts";
import type { RealmContext } from "../realm-context.ts";
import { isPresetName, type PresetName, presets } from "./presets.ts";
import {
  canSignIn,
  effectiveSettings,
  hasItsSecret,
  type Provider,
  type ProviderSettings,
  providerOf,
  sealProviderSecret,
} from "./provider.ts";
import { providerName } from "./provider-directory.ts";
import { providerFaults } from "./provider-faults.ts";
import type { GivenSettings, ProviderPurpose, ProviderType } from "./provider-settings.ts";

/** A provider as an operator wants it to be. */
export interface WantedProvider {
  /** The one that has its name when left out, if there is one. */
  readonly preset: PresetName | null;
  /** The preset's, else `oidc`, when left out. */
  readonly type: ProviderType | null;
  /** What the type is good for, when left out. */
  readonly purposes: readonly ProviderPurpose[] | null;
  readonly clientId: string;
  /** Null leaves the one there is. */
  readonly clientSecret: string | null;
  readonly disabled: boolean;
  readonly settings: GivenSettings;
}

/**
 * Makes a provider, or puts another in the place of the one that was read just now. A secret stays while it goes to the same places;
 * a new place is not sent the old one's. Throws Problem: body-invalid, version-outdated.
 */
export async function putProvider(
  context: RealmContext,
  name: string,
  existing: Provider | null,
  wanted: WantedProvider,
): Promise<Provider> {
  if (!providerName.test(name))
    throw invalid({ name: "is up to 32 lower-case letters, digits, dashes and underscores, a letter first" });
  if (existing === null && (await context.sources.find(name)) !== null)
    throw invalid({ name: "is the name of a main product" });
  const preset = wanted.preset ?? (isPresetName(name) ? name : null);
  const type = wanted.type ?? (preset === null ? "oidc" : presets[preset].type);
  const settings = effectiveSettings(name, preset, wanted.settings);
  const purposes = new Set(wanted.purposes ?? usualPurposes(type, settings, wanted.settings));
  const faults = providerFaults(context.config, { type, clientId: wanted.clientId, purposes, settings });
  if (Object.keys(faults).length > 0) throw invalid(faults);
  await requireUsableSecret(wanted.clientSecret, settings);
  const keepsSecret = existing !== null && secretGoesTo(existing) === secretGoesTo({ type, settings });
  const sealedClientSecret =
    wanted.clientSecret === null
      ? keepsSecret
        ? existing.sealedClientSecret
        : null
      : await sealProviderSecret(context.ring, context.realm.id, name, wanted.clientSecret);
  if (existing === null && !hasItsSecret({ type, settings, sealedClientSecret }))
    throw invalid({ client_secret: "missing" });
  const now = context.clock.now();
  return store(context, name, existing, {
    type,
    purposes: [...purposes],
    clientId: wanted.clientId,
    sealedClientSecret,
    settings: { ...wanted.settings, ...(preset === null ? {} : { preset }) },
    disabledAt: wanted.disabled ? now : null,
  });
}

/** What the type is good for, and the vault where the operator names hosts that it may call. */
function usualPurposes(
  type: ProviderType,
  { api_hosts, userinfo_url }: ProviderSettings,
  given: GivenSettings,
): ProviderPurpose[] {
  const saysNobody = type === "oauth2" && userinfo_url === undefined && api_hosts !== undefined;
  if (!canSignIn({ type }) || saysNobody) return ["vault"];
  return given.api_hosts === undefined ? ["sign-in"] : ["sign-in", "vault"];
}

/** Removes a provider and every link made through it; connections of the token vault are ended by a job. Throws Problem. */
export async function deleteProvider(context: RealmContext, name: string): Promise<void> {
  const deleted = await context.providers.store.delete(name, context.clock.now());
  context.providers.forget();
  if (!deleted) throw new Problem("provider-unknown");
}

async function store(
  context: RealmContext,
  name: string,
  existing: Provider | null,
  changes: ProviderChanges,
): Promise<Provider> {
  const { store } = context.providers;
  const now = context.clock.now();
  const row =
    existing === null
      ? await store.insert(name, changes, now)
      : await store.update(name, existing.version, changes, now);
  context.providers.forget();
  if (row === null) throw new Problem("version-outdated");
  return providerOf(row);
}

/** Every place that is shown the secret, or what it signs. The endpoints that an issuer publishes stand and fall with it. */
const secretGoesTo = ({ type, settings }: { type: ProviderType; settings: ProviderSettings }): string =>
  JSON.stringify([
    type,
    settings.issuer,
    settings.token_url,
    settings.revoke_url,
    settings.token_check?.url,
    settings.request_token_url,
  ]);

/** Throws Problem for a key that is none, and for the stars that somebody has read in place of the secret. */
async function requireUsableSecret(secret: string | null, { auth_style }: ProviderSettings): Promise<void> {
  if (secret === null) return;
  if (/^[*\u2022\u25cf.x]+$/i.test(secret)) throw invalid({ client_secret: "is a mask" });
  if (auth_style === "signed_secret" && (await importClientKey(secret)) === null)
    throw invalid({ client_secret: "is not a P-256 private key in PEM (PKCS #8)" });
}

const invalid = (fields: Readonly<Record<string, string>>): Problem => new Problem("body-invalid", { fields });
