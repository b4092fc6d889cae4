import type * as z from "zod";
import { isPresetName, presetNames, presets } from "../../domain/federation/presets.ts";
import { providerSettingsSchema, providerTypes } from "../../domain/federation/provider-settings.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Field } from "../../pages/console/field.tsx";
import { NewProviderPage, PresetsPage, ProviderListPage } from "../../pages/console/provider-list-page.tsx";
import { ProviderPage } from "../../pages/console/provider-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { providerCheckSchema } from "../admin/provider-check.ts";
import { providerSchema, providersAnswerSchema } from "../admin/provider-json.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { readFields, retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { fieldsOfSchema } from "./schema-fields.ts";
import { deleteConfirmed, wordProblem } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import {
  type ConsolePageEntry,
  misfilled,
  type Outcome,
  type Refusal,
  refused,
  type Shown,
  type Visit,
} from "./visit.ts";

type ProviderView = z.output<typeof providerSchema>;
type Check = z.output<typeof providerCheckSchema>;

const providersPath = (visit: Visit): string => `${realmPathOf(visit)}/providers`;
const providersApiPath = (visit: Visit): string => `${realmApiPath(visit)}/providers`;
const nameOf = ({ c }: Visit): string => c.req.param("provider") ?? "";
const apiPath = (visit: Visit, name = nameOf(visit)): string => `${providersApiPath(visit)}/${segment(name)}`;

/** GET /console/realms/:realm/providers */
export const providersPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/providers",
  place: "providers",
  show: async (visit) => {
    const { value } = await read(visit.c, providersApiPath(visit), providersAnswerSchema);
    const rows = value.providers.map((provider) => ({
      name: provider.name,
      href: `${providersPath(visit)}/${segment(provider.name)}`,
      type: provider.type,
      purposes: provider.purposes,
      disabled: provider.disabled,
      lacksSecret: !provider.client_secret_set && provider.effective.auth_style !== "none",
    }));
    return {
      build: (shell) => <ProviderListPage shell={shell} rows={rows} addHref={`${providersPath(visit)}/new`} />,
    };
  },
};

/** What every provider needs; the rest has presets and defaults. */
function basicFields(texts: ConsoleTexts, provider: ProviderView | null): Field[] {
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

const typeField = ({ providers: { fields } }: ConsoleTexts, value: string): Field => ({
  name: "type",
  kind: "select",
  label: fields.type,
  choices: providerTypes.map((type) => ({ value: type, label: type })),
  value,
});

const settingsFields = (texts: ConsoleTexts, values: Readonly<Record<string, unknown>>): Field[] =>
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

function newFields(preset: string, texts: ConsoleTexts): Field[] {
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

/** GET, POST /console/realms/:realm/providers/new?preset=… */
export const newProviderPage: ConsolePageEntry = {
  needs: "PUT /realms/:realm/providers/:provider",
  place: "providers",
  show: async (visit, refusal) => {
    const preset = refusal?.typed.get("preset") ?? visit.c.req.query("preset");
    const path = `${providersPath(visit)}/new`;
    if (preset === undefined || !(isPresetName(preset) || preset === "other"))
      return {
        build: (shell) => (
          <PresetsPage
            shell={shell}
            presets={presetNames.map((name) => ({ name, label: presets[name].label, href: `${path}?preset=${name}` }))}
            otherHref={`${path}?preset=other`}
          />
        ),
      };
    return {
      build: (shell) => (
        <NewProviderPage
          shell={shell}
          action={path}
          preset={preset}
          label={isPresetName(preset) ? presets[preset].label : shell.texts.providers.list.byHand}
          fields={retyped(newFields(preset, shell.texts), "create", refusal)}
          cancelHref={providersPath(visit)}
        />
      ),
    };
  },
  actions: {
    create: {
      needs: "PUT /realms/:realm/providers/:provider",
      run: async (visit, form) => {
        const texts = textsOf(visit.c);
        const preset = form.get("preset") ?? "other";
        const typed = readFields(newFields(preset, texts), form, { texts, empty: "left-out" });
        const { name, ...rest } = typed.body;
        const body = { ...withoutEmptyLists(rest), ...(isPresetName(preset) ? { preset } : {}) };
        // Version 0 is that of what is not there yet: one that is is not overwritten.
        const sent = { body, version: '"0"' };
        const answer = await callAdmin(visit.c, "PUT", apiPath(visit, String(name ?? "")), providerSchema, sent);
        if (!answer.ok) return refused(form, answer.problem);
        return { to: `${providersPath(visit)}/${segment(answer.value.name)}`, done: "created" };
      },
    },
  },
};

/** An empty list of a provider's is what the preset or the default says. */
const withoutEmptyLists = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).filter(([name, value]) => name === "purposes" || !Array.isArray(value) || value.length > 0),
  );

async function providerShown(visit: Visit, refusal: Refusal | null, check?: Check): Promise<Shown> {
  const { value: provider, version } = await read(visit.c, apiPath(visit), providerSchema);
  return {
    build: (shell) => (
      <ProviderPage
        shell={shell}
        action={`${providersPath(visit)}/${segment(provider.name)}`}
        provider={provider}
        version={refusal?.typed.get("version") ?? version}
        basic={retyped(
          [typeField(shell.texts, provider.type), ...basicFields(shell.texts, provider)],
          "change",
          refusal,
        )}
        more={retyped(settingsFields(shell.texts, provider), "change", refusal)}
        check={check}
        wordProblem={wordProblem(refusal)}
      />
    ),
  };
}

/** A provider is set whole; its secret stays when none is typed. */
async function put(visit: Visit, form: Parameters, body: object): Promise<Outcome> {
  const version = form.get("version");
  const answer = await callAdmin(visit.c, "PUT", apiPath(visit), providerSchema, { body, version });
  if (!answer.ok) return refused(form, answer.problem);
  return { to: `${providersPath(visit)}/${segment(answer.value.name)}`, done: "saved" };
}

const given = ({ preset, type, purposes, client_id, disabled, ...rest }: ProviderView): Record<string, unknown> => ({
  ...(preset === null ? {} : { preset }),
  type,
  purposes,
  client_id,
  disabled,
  ...Object.fromEntries(Object.keys(providerSettingsSchema.shape).map((name) => [name, Reflect.get(rest, name)])),
});

/** GET, POST /console/realms/:realm/providers/:provider */
export const providerPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/providers/:provider",
  place: "providers",
  show: (visit, refusal) => providerShown(visit, refusal),
  actions: {
    change: {
      needs: "PUT /realms/:realm/providers/:provider",
      run: async (visit, form) => {
        const texts = textsOf(visit.c);
        const { value: provider } = await read(visit.c, apiPath(visit), providerSchema);
        const fields = [typeField(texts, ""), ...basicFields(texts, provider), ...settingsFields(texts, {})];
        const { body, errors } = readFields(fields, form, { texts, empty: "left-out" });
        if (Object.keys(errors).length > 0) return misfilled(form, errors);
        const { preset, disabled } = provider;
        const whole = { ...withoutEmptyLists(body), disabled, ...(preset === null ? {} : { preset }) };
        return put(visit, form, whole);
      },
    },
    switch: {
      needs: "PUT /realms/:realm/providers/:provider",
      run: async (visit, form) => {
        const { value: provider } = await read(visit.c, apiPath(visit), providerSchema);
        return put(visit, form, { ...given(provider), disabled: form.get("to") === "off" });
      },
    },
    check: {
      needs: "POST /realms/:realm/providers/:provider/check",
      run: async (visit, form) => {
        const answer = await callAdmin(visit.c, "POST", `${apiPath(visit)}/check`, providerCheckSchema);
        if (!answer.ok) return refused(form, answer.problem);
        return { shown: await providerShown(visit, null, answer.value) };
      },
    },
    delete: {
      needs: "DELETE /realms/:realm/providers/:provider",
      run: async (visit, form) => {
        return deleteConfirmed(visit, form, { word: nameOf(visit), path: apiPath(visit), to: providersPath(visit) });
      },
    },
  },
};
