import * as z from "zod";
import type { WantedProvider } from "../../domain/federation/change-provider.ts";
import { presetNames } from "../../domain/federation/presets.ts";
import type { Provider } from "../../domain/federation/provider.ts";
import { providerPurposes, providerSettingsSchema, providerTypes } from "../../domain/federation/provider-settings.ts";
import type { RealmContext } from "../../domain/realm-context.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { connectPaths } from "../connect/paths.ts";
import { callbackUrl } from "../session/social-start.ts";
import { timeJson, timeSchema } from "./time-json.ts";

const presetSchema = z
  .enum(presetNames)
  .describe("Fills in what is left out. A provider with the name of a preset has that one.");
const typeSchema = z.enum(providerTypes).describe("The preset's, else `oidc`, when left out.");
const purposesSchema = z.array(z.enum(providerPurposes)).min(1).max(providerPurposes.length);
const clientIdSchema = z.string().regex(/^[\x20-\x7E]{1,300}$/, "must be a line of ASCII");

export const providerBodySchema = z.strictObject({
  preset: presetSchema.optional(),
  type: typeSchema.optional(),
  purposes: purposesSchema
    .optional()
    .describe(
      "What it is for. Left out: `sign-in`, `vault` as well where `api_hosts` is set, and `vault` alone for what says nothing of who somebody is.",
    ),
  client_id: clientIdSchema
    .optional()
    .describe("The realm's client id at the provider, or its consumer key. Required but for type `api_key`."),
  client_secret: z
    .string()
    .min(1)
    .max(8192)
    .nullish()
    .describe(
      "Never read back. Left out, the one there is stays; unless it would be sent to another place than before: then it is forgotten.",
    ),
  disabled: z.boolean().default(false).describe("Signs nobody in, those on the way included."),
  ...providerSettingsSchema.shape,
});

export const providerSchema = z.object({
  name: z.string(),
  preset: presetSchema.nullable(),
  type: typeSchema,
  purposes: purposesSchema,
  client_id: z.string(),
  client_secret_set: z.boolean().describe("Without the secret it needs, a provider signs nobody in."),
  disabled: z.boolean(),
  ...providerSettingsSchema.shape,
  effective: z
    .record(z.string(), z.unknown())
    .describe("The settings as they hold, with what the preset and the defaults give."),
  callback_urls: z.array(z.string()).describe("To be registered at the provider: one for each domain of the realm."),
  vault_redirect_uri: z.string().describe("To be registered at the provider for the token vault."),
  version: z.int(),
  created_at: timeSchema,
  updated_at: timeSchema,
});

export const providersAnswerSchema = z.object({ providers: z.array(providerSchema) });

export const providerJson = ({ realm, config }: RealmContext, provider: Provider): z.output<typeof providerSchema> => ({
  name: provider.name,
  preset: provider.preset,
  type: provider.type,
  purposes: [...provider.purposes],
  client_id: provider.clientId,
  client_secret_set: provider.sealedClientSecret !== null,
  disabled: provider.disabled,
  ...provider.given,
  effective: { ...provider.settings },
  callback_urls: realm.hosts.map((host) => callbackUrl(originOf(host, config), provider.name)),
  vault_redirect_uri: `${realm.issuer}${connectPaths.command}`,
  version: provider.version,
  created_at: timeJson(provider.createdAt),
  updated_at: timeJson(provider.updatedAt),
});

export function wantedProvider(body: z.output<typeof providerBodySchema>): WantedProvider {
  const { preset, type, purposes, client_id, client_secret, disabled, ...settings } = body;
  return {
    preset: preset ?? null,
    type: type ?? null,
    purposes: purposes ?? null,
    clientId: client_id ?? "",
    clientSecret: client_secret ?? null,
    disabled,
    settings,
  };
}
