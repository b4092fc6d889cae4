import { Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { TablePanel } from "./panels.tsx";
import { ButtonLink, Moment, NamedLink, Pager } from "./parts.tsx";

export interface UserListPageProps {
  shell: ConsoleShell;
  action: string;
  q: string;
  rows: readonly {
    id: number;
    href: string;
    label: string;
    email: string | null;
    roles: readonly string[];
    marks: readonly (keyof ConsoleTexts["users"]["marks"])[];
    createdAt: string;
  }[];
  addHref: string;
  firstHref?: string | undefined;
  nextHref?: string | undefined;
}

/** Users, a page at a time, with a search that works without JavaScript. */
export function UserListPage({ shell, action, q, rows, addHref, firstHref, nextHref }: UserListPageProps) {
  const { texts, frame } = shell;
  const { list, marks } = texts.users;
  return (
    <ConsolePage shell={shell} title={list.title} lead={list.lead} wide>
      <p>
        <ButtonLink id="new-user-link" href={addHref} primary>
          {list.add}
        </ButtonLink>
      </p>
      <TablePanel
        id="users"
        caption={list.caption}
        filter={
          <form id="search-form" method="get" action={safeHref(action)} class="line">
            <div class="field">
              <label for="q">{list.searchLabel}</label>
              <input id="q" name="q" type="search" value={plainText(q, 320)} autocomplete="off" dir="auto" />
            </div>
            <button type="submit" class="button slim">
              {texts.list.search}
            </button>
          </form>
        }
        columns={[list.name, list.email, list.roles, list.state, list.created]}
        rows={rows.map((row) => ({
          id: `user-${row.id}`,
          cells: [
            <NamedLink href={row.href} name={row.label} />,
            row.email === null ? "–" : <bdi>{plainText(row.email, 120)}</bdi>,
            row.roles.join(", ") || "–",
            row.marks.length === 0 ? "–" : row.marks.map((mark) => <span class="tag">{marks[mark]}</span>),
            <Moment at={row.createdAt} language={frame.language} />,
          ],
        }))}
        empty={list.empty}
      >
        <Pager texts={texts} firstHref={firstHref} nextHref={nextHref} />
      </TablePanel>
    </ConsolePage>
  );
}

export interface UserFormPageProps {
  shell: ConsoleShell;
  /** Whose; absent for somebody new. */
  name?: string | undefined;
  action: string;
  version?: string | undefined;
  fields: readonly Field[];
  cancelHref: string;
}

/** What is known of a user, as a form: of somebody new, or of one there is. */
export function UserFormPage({ shell, name, action, version, fields, cancelHref }: UserFormPageProps) {
  const { create, edit } = shell.texts.users;
  const isNew = name === undefined;
  return (
    <ConsolePage shell={shell} title={isNew ? create.title : edit.title(plainText(name))}>
      <Panel id="user" title={edit.panel}>
        <ConsoleForm
          shell={shell}
          id={isNew ? "new-form" : "edit-form"}
          action={action}
          does={isNew ? "create" : "change"}
          version={version}
          fields={fields}
          submit={isNew ? create.submit : shell.texts.form.save}
        />
        <ButtonLink id="cancel-link" href={cancelHref}>
          {shell.texts.form.cancel}
        </ButtonLink>
      </Panel>
    </ConsolePage>
  );
}
