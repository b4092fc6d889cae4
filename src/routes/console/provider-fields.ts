// What an operator fills in of an upstream provider.
import type * as z from "zod";
import { isPresetName, presets } from "../../domain/federation/presets.ts";
import { providerSettingsSchema, providerTypes } from "../../domain/federation/provider-settings.ts";
import type { Field } from "../../pages/console/field.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import type { providerSchema } from "../admin/provider-json.ts";
import { fieldsOfSchema } from "./schema-fields.ts";

export type ProviderView = z.output<typeof providerSchema>;

/** What every provider needs; the rest has presets and defaults. */
export function basicFields(texts: ConsoleTexts, provider: ProviderView | null): Field[] {
  const { fields } = texts.providers;
  const { purposeSignIn, purposeVault } = fields;
  return [
    {
      name: "client_id",
      kind: "text",
      label: fields.client_id,
      hint: fields.client_idHint,
      value: provider?.client_id ?? "",
      required: true,
    },
    {
      name: "client_secret",
      kind: "secret",
      label: fields.client_secret,
      hint: provider?.client_secret_set ? fields.client_secretKept : fields.client_secretHint,
      value: "",
    },
    {
      name: "purposes",
      kind: "checks",
      label: fields.purposes,
      choices: [
        { value: "sign-in", label: purposeSignIn },
        { value: "vault", label: purposeVault },
      ],
      value: (provider?.purposes ?? ["sign-in"]).join("\n"),
    },
  ];
}

export const typeField = ({ providers: { fields } }: ConsoleTexts, value: string): Field => ({
  name: "type",
  kind: "select",
  label: fields.type,
  choices: providerTypes.map((type) => ({ value: type, label: type })),
  value,
});

export const settingsFields = (texts: ConsoleTexts, values: Readonly<Record<string, unknown>>): Field[] =>
  fieldsOfSchema(providerSettingsSchema, { texts, values });

const nameField = ({ providers: { create } }: ConsoleTexts, value: string): Field => ({
  name: "name",
  kind: "text",
  label: create.name,
  hint: create.nameHint,
  value,
  required: true,
});

const byHand = ["issuer", "authorize_url", "token_url", "userinfo_url", "scopes"];

export function newFields(preset: string, texts: ConsoleTexts): Field[] {
  const isPreset = isPresetName(preset);
  const settings = isPreset ? [] : settingsFields(texts, {}).filter(({ name }) => byHand.includes(name));
  const keyed = isPreset && presets[preset].auth_style === "signed_secret";
  const keys = keyed ? settingsFields(texts, {}).filter(({ name }) => name === "team_id" || name === "key_id") : [];
  return [
    nameField(texts, isPreset ? preset : ""),
    ...(isPreset ? [] : [typeField(texts, "oidc")]),
    ...settings,
    ...basicFields(texts, null),
    ...keys,
  ];
}

/** An empty list of a provider's is what the preset or the default says. */
export const withoutEmptyLists = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).filter(([name, value]) => name === "purposes" || !Array.isArray(value) || value.length > 0),
  );
