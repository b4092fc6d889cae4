import { PostForm } from "../parts/form.tsx";
import { Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { type Field, fieldId } from "./field.tsx";
import { TablePanel } from "./panels.tsx";
import { ButtonLink, FilterField } from "./parts.tsx";

type Group = keyof ConsoleTexts["realms"]["settings"]["groups"];

export interface SettingRow {
  name: string;
  label: string;
  value: string;
  unit?: string | undefined;
  /** Is not its default. */
  isChanged: boolean;
}

export interface SettingsPageProps {
  shell: ConsoleShell;
  /** `form` is the id of the form that stands at `href`. */
  groups: readonly { group: Group; href: string; form: string; rows: readonly SettingRow[] }[];
}

/** Every setting with what holds now; each leads to the form it is changed in. */
export function SettingsPage({ shell, groups }: SettingsPageProps) {
  const texts = shell.texts.realms.settings;
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead} wide>
      <nav class="doing" aria-label={texts.title}>
        {groups.map(({ group, href }) => (
          <ButtonLink id={`group-${group}`} href={href}>
            {texts.groups[group]}
          </ButtonLink>
        ))}
      </nav>
      <TablePanel
        id="settings"
        caption={texts.caption}
        title={texts.all}
        filter={<FilterField table="settings" texts={shell.texts} />}
        columns={[texts.setting, texts.value]}
        rows={groups.flatMap(({ href, form, rows }) =>
          rows.map((row) => ({
            id: `setting-${row.name.replaceAll(".", "-")}`,
            cells: [
              <a href={safeHref(`${href}#${fieldId(form, row.name)}`)} lang="en">
                {row.label}
              </a>,
              <>
                <bdi>{plainText(row.value, 100) || "–"}</bdi> {row.value === "" ? null : row.unit}{" "}
                {row.isChanged ? <span class="tag">{texts.changed}</span> : null}
              </>,
            ],
          })),
        )}
        empty={texts.lead}
      />
    </ConsolePage>
  );
}

export const settingsFormId = "settings-form";

export interface SettingsGroupPageProps {
  shell: ConsoleShell;
  group: Group;
  action: string;
  allHref: string;
  version: string;
  fields: readonly Field[];
}

/** The settings of one group, as a form made from what may be set. */
export function SettingsGroupPage({ shell, group, action, allHref, version, fields }: SettingsGroupPageProps) {
  const texts = shell.texts.realms.settings;
  return (
    <ConsolePage shell={shell} title={texts.groups[group]} lead={texts.groupLead}>
      <p>
        <ButtonLink id="all-settings-link" href={allHref}>
          {texts.all}
        </ButtonLink>
      </p>
      <Panel id="change" title={texts.groups[group]}>
        <ConsoleForm
          shell={shell}
          id={settingsFormId}
          action={action}
          does="change"
          version={version}
          fields={fields}
          resetForm="reset-form"
          submit={shell.texts.form.save}
        />
        <PostForm id="reset-form" action={action} fields={{ csrf: shell.user.csrf, do: "reset", version }} class="" />
      </Panel>
    </ConsolePage>
  );
}
