import { realmSettingsSchema } from "../../config/realm-settings.ts";
import { isRecord } from "../../lib/json.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Field } from "../../pages/console/field.tsx";
import { lookFormId } from "../../pages/console/look-page.tsx";
import {
  type SettingRow,
  SettingsGroupPage,
  SettingsPage,
  settingsFormId,
} from "../../pages/console/settings-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { AdminRefusal, missing } from "./admin-call.ts";
import { readFields, retyped } from "./form-fields.ts";
import { lookPath } from "./look.tsx";
import { realmApiPath, realmPath } from "./places.ts";
import { fieldsOfSchema } from "./schema-fields.ts";
import { submit } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import { type ConsolePageEntry, inRealm, misfilled, type Outcome, type RealmView, type Visit } from "./visit.ts";

type Group = keyof ConsoleTexts["realms"]["settings"]["groups"];

/** Which page a setting stands on, by what its name begins with; the first that fits. What fits none is on the last. */
const groups: readonly (readonly [Group, RegExp])[] = [
  ["limits", /^rate_limits/],
  [
    "session",
    /^(?:cookie_name|embedding|max_sessions|session_|access_token|refresh_token|sso_token|dpop_|require_pushed)/,
  ],
  ["sign-in", /^(?:tfa|password_|temporary_password_|sign_up|guests|reveal_)/],
  ["registration", /^(?:registration|client_id_metadata)/],
  ["apis", /^(?:scopes|resources|gateway)/],
  ["look", /^(?:theme|page_texts)/],
  ["mail", /^(?:languages|mail)/],
  ["other", /^/],
];
const groupOf = (name: string): Group => groups.find(([, names]) => names.test(name))?.[0] ?? "other";

const fieldsOf = ({ settings }: RealmView, texts: ConsoleTexts): Field[] =>
  fieldsOfSchema(realmSettingsSchema, { texts, values: settings });

const settingsPath = (realm: RealmView): string => `${realmPath(realm.id)}/settings`;

/** GET /console/realms/:realm/settings: all of them at a glance. */
export const settingsPage: ConsolePageEntry = {
  needs: "PATCH /realms/:realm",
  place: "settings",
  show: async (visit) => {
    const { value } = inRealm(visit);
    return {
      build: (shell) => (
        <SettingsPage
          shell={shell}
          groups={groups
            .map(([group]) => group)
            .flatMap((group) => {
              const rows = fieldsOf(value, shell.texts)
                .filter(({ name }) => groupOf(name) === group)
                .map(rowOf);
              return rows.length === 0 ? [] : [{ group, rows, ...formOf(value, group) }];
            })}
        />
      ),
    };
  },
};

/** The look has a page of its own. */
const formOf = (realm: RealmView, group: Group): { href: string; form: string } =>
  group === "look"
    ? { href: lookPath(realm), form: lookFormId }
    : { href: `${settingsPath(realm)}/${group}`, form: settingsFormId };

const rowOf = ({ name, label, kind, value, unit, resettable }: Field): SettingRow => ({
  name,
  label,
  value: kind === "lines" ? value.replaceAll("\n", ", ") : value,
  unit,
  isChanged: resettable === true,
});

function groupOfPath(visit: Visit): Group {
  const named = visit.c.req.param("group");
  const group = groups.find(([name]) => name === named)?.[0];
  if (group === undefined || group === "look") throw new AdminRefusal(missing);
  return group;
}

/** GET, POST /console/realms/:realm/settings/:group */
export const settingsGroupPage: ConsolePageEntry = {
  needs: "PATCH /realms/:realm",
  place: "settings",
  show: async (visit, refusal) => {
    const { value, version } = inRealm(visit);
    const group = groupOfPath(visit);
    return {
      build: (shell) => (
        <SettingsGroupPage
          shell={shell}
          group={group}
          action={`${settingsPath(value)}/${group}`}
          allHref={settingsPath(value)}
          version={refusal?.typed.get("version") ?? version}
          fields={retyped(inGroup(fieldsOf(value, shell.texts), group), "change", refusal, "settings.")}
        />
      ),
    };
  },
  actions: {
    change: {
      needs: "PATCH /realms/:realm",
      run: async (visit, form) => {
        const texts = textsOf(visit.c);
        const fields = inGroup(fieldsOf(inRealm(visit).value, texts), groupOfPath(visit));
        const { body, errors } = readFields(fields, form, { texts, empty: "null" });
        if (Object.keys(errors).length > 0) return misfilled(form, errors);
        return patch(visit, form, body, "saved");
      },
    },
    reset: {
      needs: "PATCH /realms/:realm",
      run: async (visit, form) => {
        const name = form.get("reset") ?? "";
        const fields = inGroup(fieldsOf(inRealm(visit).value, textsOf(visit.c)), groupOfPath(visit));
        if (!fields.some((field) => field.name === name)) throw new AdminRefusal(missing);
        return patch(visit, form, nested(name.split(".")), "reset");
      },
    },
  },
};

const inGroup = (fields: readonly Field[], group: Group): Field[] =>
  fields.filter(({ name }) => groupOf(name) === group);

function patch(visit: Visit, form: Parameters, settings: object, done: "saved" | "reset"): Promise<Outcome> {
  const to = `${settingsPath(inRealm(visit).value)}/${groupOfPath(visit)}`;
  return submit(visit, form, ["PATCH", realmApiPath(visit), { settings }], { to, done });
}

/** A merge patch that takes one member away, however deep. */
function nested([name = "", ...rest]: readonly string[]): Record<string, unknown> {
  const inner = rest.length === 0 ? null : nested(rest);
  return { [name]: isRecord(inner) ? inner : null };
}
