import type { ConsoleTexts } from "../texts/console/index.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { NewPanel, TablePanel } from "./panels.tsx";
import { ButtonLink, NamedLink } from "./parts.tsx";

export type WebhookState = keyof ConsoleTexts["webhooks"]["states"];

export interface WebhookListPageProps {
  shell: ConsoleShell;
  rows: readonly {
    href: string;
    url: string;
    description: string | null;
    source: string | undefined;
    events: readonly string[] | "all";
    state: WebhookState;
  }[];
  addHref: string;
}

/** The realm's webhooks, those that main products made included. */
export function WebhookListPage({ shell, rows, addHref }: WebhookListPageProps) {
  const { list, states } = shell.texts.webhooks;
  return (
    <ConsolePage shell={shell} title={list.title} lead={list.lead} wide>
      <p>
        <ButtonLink id="new-webhook-link" href={addHref} primary>
          {list.add}
        </ButtonLink>
      </p>
      <TablePanel
        id="webhooks"
        caption={list.caption}
        columns={[list.url, list.events, list.state]}
        rows={rows.map((row, index) => ({
          id: `webhook-${index}`,
          cells: [
            <>
              <NamedLink href={row.href} name={row.url} longest={200} />
              {row.description === null ? null : <p class="quiet small">{plainText(row.description, 200)}</p>}
              {row.source === undefined ? null : <p class="quiet small">{list.owner(plainText(row.source))}</p>}
            </>,
            row.events === "all" ? list.all : row.events.join(", "),
            <StateTag state={row.state} states={states} />,
          ],
        }))}
        empty={list.empty}
      />
    </ConsolePage>
  );
}

/** How a webhook does. */
export const StateTag = ({ state, states }: { state: WebhookState; states: ConsoleTexts["webhooks"]["states"] }) => (
  <span class="tag" data-tone={state === "failing" || state === "gone" ? "danger" : undefined}>
    {states[state]}
  </span>
);

export interface NewWebhookPageProps {
  shell: ConsoleShell;
  action: string;
  fields: readonly Field[];
  cancelHref: string;
}

/** Makes a webhook. */
export function NewWebhookPage({ shell, action, fields, cancelHref }: NewWebhookPageProps) {
  const { create, list } = shell.texts.webhooks;
  return (
    <ConsolePage shell={shell} title={create.title} lead={list.lead}>
      <NewPanel
        title={create.title}
        shell={shell}
        action={action}
        does="create"
        fields={fields}
        submit={create.submit}
        cancelHref={cancelHref}
      />
    </ConsolePage>
  );
}
