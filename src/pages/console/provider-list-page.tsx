import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { Doors, NewPanel, TablePanel } from "./panels.tsx";
import { ButtonLink, NamedLink } from "./parts.tsx";

export interface ProviderListPageProps {
  shell: ConsoleShell;
  rows: readonly {
    name: string;
    href: string;
    type: string;
    purposes: readonly string[];
    disabled: boolean;
    lacksSecret: boolean;
  }[];
  addHref: string;
}

/** The realm's upstream providers. */
export function ProviderListPage({ shell, rows, addHref }: ProviderListPageProps) {
  const { list } = shell.texts.providers;
  return (
    <ConsolePage shell={shell} title={list.title} lead={list.lead} wide>
      <p>
        <ButtonLink id="new-provider-link" href={addHref} primary>
          {list.add}
        </ButtonLink>
      </p>
      <TablePanel
        id="providers"
        caption={list.caption}
        columns={[list.name, list.type, list.purposes, list.state]}
        rows={rows.map((row) => ({
          id: `provider-${row.name}`,
          cells: [
            <NamedLink href={row.href} name={row.name} />,
            row.type,
            row.purposes.join(", "),
            <>
              {row.disabled ? list.off : list.on}{" "}
              {row.lacksSecret ? (
                <span class="tag" data-tone="danger">
                  {list.noSecret}
                </span>
              ) : null}
            </>,
          ],
        }))}
        empty={list.empty}
      />
    </ConsolePage>
  );
}

export interface PresetsPageProps {
  shell: ConsoleShell;
  presets: readonly { name: string; label: string; href: string }[];
  otherHref: string;
}

/** Asks which provider: one that is known, or another by hand. */
export function PresetsPage({ shell, presets, otherHref }: PresetsPageProps) {
  const { list } = shell.texts.providers;
  const doors = [
    ...presets.map(({ name, label, href }) => ({ name, label, hint: list.presetHint, href })),
    { name: "other", label: list.byHand, hint: list.byHandHint, href: otherHref },
  ];
  return (
    <ConsolePage shell={shell} title={list.add} lead={list.lead}>
      <Doors kind="preset" doors={doors} />
    </ConsolePage>
  );
}

export interface NewProviderPageProps {
  shell: ConsoleShell;
  action: string;
  /** "other" for one that is set up by hand. */
  preset: string;
  label: string;
  fields: readonly Field[];
  cancelHref: string;
}

/** Asks for what no preset knows. */
export function NewProviderPage({ shell, action, preset, label, fields, cancelHref }: NewProviderPageProps) {
  const { create } = shell.texts.providers;
  return (
    <ConsolePage shell={shell} title={create.title(label)}>
      <NewPanel
        title={create.title(label)}
        shell={shell}
        action={action}
        does="create"
        hidden={{ preset }}
        fields={fields}
        submit={create.submit}
        cancelHref={cancelHref}
      />
    </ConsolePage>
  );
}
