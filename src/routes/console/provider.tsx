import type * as z from "zod";
import { providerSettingsSchema } from "../../domain/federation/provider-settings.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { ProviderPage } from "../../pages/console/provider-page.tsx";
import { providerCheckSchema } from "../admin/provider-check.ts";
import { providerSchema } from "../admin/provider-json.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { readFields, retyped } from "./form-fields.ts";
import { basicFields, type ProviderView, settingsFields, typeField, withoutEmptyLists } from "./provider-fields.ts";
import { providersApiPath, providersPath } from "./providers.tsx";
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

type Check = z.output<typeof providerCheckSchema>;

const nameOf = ({ c }: Visit): string => c.req.param("provider") ?? "";
const apiPath = (visit: Visit): string => `${providersApiPath(visit)}/${segment(nameOf(visit))}`;

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
