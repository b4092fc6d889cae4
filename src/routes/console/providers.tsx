import { isPresetName, presetNames, presets } from "../../domain/federation/presets.ts";
import { NewProviderPage, PresetsPage, ProviderListPage } from "../../pages/console/provider-list-page.tsx";
import { providerSchema, providersAnswerSchema } from "../admin/provider-json.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { readFields, retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { newFields, withoutEmptyLists } from "./provider-fields.ts";
import { textsOf } from "./texts-of.ts";
import { type ConsolePageEntry, refused, type Visit } from "./visit.ts";

export const providersPath = (visit: Visit): string => `${realmPathOf(visit)}/providers`;
export const providersApiPath = (visit: Visit): string => `${realmApiPath(visit)}/providers`;

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
        const path = `${providersApiPath(visit)}/${segment(String(name ?? ""))}`;
        const answer = await callAdmin(visit.c, "PUT", path, providerSchema, sent);
        if (!answer.ok) return refused(form, answer.problem);
        return { to: `${providersPath(visit)}/${segment(answer.value.name)}`, done: "created" };
      },
    },
  },
};
