import type { ConsoleTexts } from "../texts/console/index.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { Doors, NewPanel, TablePanel } from "./panels.tsx";
import { ButtonLink, FilterField, NamedLink, Pager } from "./parts.tsx";

type Marks = Record<keyof ConsoleTexts["clients"]["marks"], boolean>;

export interface ClientListPageProps {
  shell: ConsoleShell;
  rows: readonly { id: string; href: string; name: string; type: "confidential" | "public"; marks: Marks }[];
  addHref: string;
  firstHref?: string | undefined;
  nextHref?: string | undefined;
}

/** Applications, a page at a time. */
export function ClientListPage({ shell, rows, addHref, firstHref, nextHref }: ClientListPageProps) {
  const { list, types, marks } = shell.texts.clients;
  const names = Object.keys(marks) as (keyof Marks)[];
  return (
    <ConsolePage shell={shell} title={list.title} lead={list.lead} wide>
      <p>
        <ButtonLink id="new-client-link" href={addHref} primary>
          {list.add}
        </ButtonLink>
      </p>
      <TablePanel
        id="clients"
        caption={list.caption}
        filter={<FilterField table="clients" texts={shell.texts} />}
        columns={[list.name, list.type, list.clientId, list.marks]}
        rows={rows.map((row) => ({
          id: `client-${row.id}`,
          cells: [
            <NamedLink href={row.href} name={row.name} />,
            types[row.type],
            <code>{plainText(row.id)}</code>,
            names.filter((name) => row.marks[name]).map((name) => <span class="tag">{marks[name]}</span>),
          ],
        }))}
        empty={list.empty}
      >
        <Pager texts={shell.texts} firstHref={firstHref} nextHref={nextHref} />
      </TablePanel>
    </ConsolePage>
  );
}

type Kind = "web" | "spa" | "mobile" | "service" | "device" | "resource";

export interface KindsPageProps {
  shell: ConsoleShell;
  kinds: readonly { name: Kind; href: string }[];
}

/** Asks what is to be registered, in words. */
export function KindsPage({ shell, kinds }: KindsPageProps) {
  const texts = shell.texts.clients.kinds;
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead}>
      <Doors
        kind="kind"
        doors={kinds.map(({ name, href }) => ({ name, label: texts[name], hint: texts[`${name}Hint`], href }))}
      />
    </ConsolePage>
  );
}

export interface NewClientPageProps {
  shell: ConsoleShell;
  kind: Kind;
  action: string;
  fields: readonly Field[];
  cancelHref: string;
}

/** Registers an application of one kind: only what nobody can guess is asked for. */
export function NewClientPage({ shell, kind, action, fields, cancelHref }: NewClientPageProps) {
  const { create, kinds } = shell.texts.clients;
  return (
    <ConsolePage shell={shell} title={create.title(kinds[kind])} lead={kinds[`${kind}Hint`]}>
      <NewPanel
        title={kinds.title}
        shell={shell}
        action={action}
        does="create"
        hidden={{ kind }}
        fields={fields}
        submit={create.submit}
        cancelHref={cancelHref}
      />
    </ConsolePage>
  );
}
