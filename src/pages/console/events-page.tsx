import type { Child } from "hono/jsx";
import { DataTable } from "../parts/data-table.tsx";
import { Facts, Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { type FilterField, FilterPanel } from "./filter-panel.tsx";
import { TablePanel } from "./panels.tsx";
import { ButtonLink, Moment, Pager } from "./parts.tsx";

type LogTexts = ConsoleTexts["audit"]["log"];

export interface ShownEvent {
  id: string;
  seq: number;
  hash: string;
  time: string;
  type: string;
  outcome: keyof LogTexts["outcomes"];
  reason?: string | undefined;
  actor: { kind: keyof LogTexts["actors"]; id?: string | undefined; href?: string | undefined };
  user?: { id: string; href: string } | undefined;
  client?: { id: string; href: string } | undefined;
  target?: { kind: string; id: string } | undefined;
  request?: string | undefined;
  network?: string | undefined;
  agent?: string | undefined;
  /** Of a change: the fields that differ, with what was and what is, where that may be shown. */
  changes: readonly { field: string; before?: string | undefined; after?: string | undefined }[];
  /** What else is told of it, as JSON. */
  rest?: string | undefined;
}

export interface EventsPageProps {
  shell: ConsoleShell;
  action: string;
  filters: readonly FilterField[];
  isFiltered: boolean;
  events: readonly ShownEvent[];
  exportHrefs: { ndjson: string; csv: string };
  chain: { head: { seq: number; hash: string }; anchor: { seq: number } };
  firstHref?: string | undefined;
  nextHref?: string | undefined;
}

/** The audit log, a page at a time. */
export function EventsPage(props: EventsPageProps) {
  const { shell, events, chain } = props;
  const texts = shell.texts.audit.log;
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead} wide>
      <FilterPanel {...props} />
      <TablePanel
        id="events"
        caption={texts.caption}
        columns={[texts.type, texts.time, texts.actorColumn, texts.subject, { label: texts.more, plain: true }]}
        rows={events.map((event) => ({ id: `event-${event.seq}`, cells: cellsOf(shell, event) }))}
        empty={texts.empty}
      >
        <Pager texts={shell.texts} firstHref={props.firstHref} nextHref={props.nextHref} />
      </TablePanel>
      <Panel id="export" title={texts.export} lead={texts.exportLead}>
        <p class="doing">
          <ButtonLink id="export-ndjson" href={props.exportHrefs.ndjson}>
            {texts.ndjson}
          </ButtonLink>
          <ButtonLink id="export-csv" href={props.exportHrefs.csv}>
            {texts.csv}
          </ButtonLink>
        </p>
      </Panel>
      <Panel id="chain" title={texts.chain} lead={texts.chainLead}>
        <Facts
          facts={[
            { term: texts.head, value: chain.head.seq, id: "chain-head" },
            { term: texts.hash, value: chain.head.hash === "" ? null : <code>{plainText(chain.head.hash)}</code> },
            { term: texts.anchor, value: chain.anchor.seq + 1 },
          ]}
        />
      </Panel>
    </ConsolePage>
  );
}

function cellsOf(shell: ConsoleShell, event: ShownEvent): Child[] {
  const texts = shell.texts.audit.log;
  const { actor, user, client, target } = event;
  return [
    <>
      <code class="name">{event.type}</code>{" "}
      {event.outcome === "done" ? null : (
        <span class="tag" data-tone="danger">
          {texts.outcomes[event.outcome]}
        </span>
      )}
    </>,
    <Moment at={event.time} language={shell.frame.language} />,
    <>
      {texts.actors[actor.kind]} {actor.id === undefined ? null : <Named href={actor.href}>{actor.id}</Named>}
    </>,
    <>
      {user === undefined ? null : (
        <p>
          <Named href={user.href}>{texts.userNamed(user.id)}</Named>
        </p>
      )}
      {client === undefined ? null : (
        <p>
          <Named href={client.href}>{texts.clientNamed(client.id)}</Named>
        </p>
      )}
      {target === undefined || target.kind === "user" || target.kind === "client" ? null : (
        <p>
          {plainText(target.kind)} <bdi>{plainText(target.id)}</bdi>
        </p>
      )}
    </>,
    <Details shell={shell} event={event} />,
  ];
}

function Named({ href, children }: { href?: string | undefined; children: string }) {
  const text = <bdi>{plainText(children, 120)}</bdi>;
  return href === undefined ? text : <a href={safeHref(href)}>{text}</a>;
}

function Details({ shell, event }: { shell: ConsoleShell; event: ShownEvent }) {
  const texts = shell.texts.audit.log;
  const words = (value: string | undefined) => (value === undefined ? undefined : <bdi>{plainText(value, 200)}</bdi>);
  return (
    <details class="more">
      <summary>
        {texts.more}
        <span class="unseen"> {event.seq}</span>
      </summary>
      <Facts
        facts={[
          { term: texts.reason, value: words(event.reason) },
          { term: texts.request, value: words(event.request) },
          { term: texts.network, value: words(event.network) },
          { term: texts.agent, value: words(event.agent) },
          { term: texts.seq, value: event.seq },
          { term: texts.hash, value: <code>{plainText(event.hash)}</code> },
        ]}
      />
      {event.changes.length === 0 ? null : (
        <DataTable
          id={`changes-${event.seq}`}
          caption={texts.changes}
          columns={[texts.field, texts.before, texts.after]}
          rows={event.changes.map(({ field, before, after }, index) => ({
            id: `change-${event.seq}-${index}`,
            cells: [
              <code>{plainText(field, 120)}</code>,
              <bdi>{before === undefined ? texts.hidden : plainText(before, 300)}</bdi>,
              <bdi>{after === undefined ? texts.hidden : plainText(after, 300)}</bdi>,
            ],
          }))}
          empty=""
        />
      )}
      {event.rest === undefined ? null : (
        <pre>
          <code>{event.rest}</code>
        </pre>
      )}
    </details>
  );
}
