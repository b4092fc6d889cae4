import { Facts, Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { hostOf } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { DeletePanel } from "./delete-panel.tsx";
import type { Field } from "./field.tsx";
import { SwitchPanel, TablePanel } from "./panels.tsx";
import { ButtonLink, Moment, Pager } from "./parts.tsx";
import { StateTag, type WebhookState } from "./webhook-list-page.tsx";

export interface WebhookPageProps {
  shell: ConsoleShell;
  action: string;
  webhook: {
    id: string;
    url: string;
    source?: string | undefined;
    disabled: boolean;
    failing_since: string | null;
    old_secret_until: string | null;
    updated_at: string;
  };
  state: WebhookState;
  version: string;
  fields: readonly Field[];
  deliveriesHref: string;
  wordProblem?: string | undefined;
}

/** One webhook: how it does, its settings and its secret. */
export function WebhookPage(props: WebhookPageProps) {
  const { shell, action, webhook, version, state } = props;
  const { one, list, states } = shell.texts.webhooks;
  const { language } = shell.frame;
  const moment = (at: string | null) => (at === null ? null : <Moment at={at} language={language} />);
  return (
    <ConsolePage shell={shell} title={hostOf(webhook.url) ?? plainText(webhook.url)}>
      <p>
        <ButtonLink id="deliveries-link" href={props.deliveriesHref} primary>
          {one.deliveries}
        </ButtonLink>
      </p>
      <Panel id="facts" title={one.facts}>
        <Facts
          facts={[
            { term: one.id, value: <code>{plainText(webhook.id)}</code> },
            { term: list.url, value: <bdi>{plainText(webhook.url, 300)}</bdi> },
            { term: list.state, value: <StateTag state={state} states={states} /> },
            { term: one.failing, value: moment(webhook.failing_since) },
            { term: one.oldSecret, value: moment(webhook.old_secret_until) },
            { term: one.changed, value: moment(webhook.updated_at) },
          ]}
        />
      </Panel>
      <Panel id="edit" title={one.edit}>
        <ConsoleForm
          shell={shell}
          id="change-form"
          action={action}
          does="change"
          version={version}
          fields={props.fields}
          submit={shell.texts.form.save}
        />
      </Panel>
      <SwitchPanel {...props} texts={one} disabled={webhook.disabled} />
      <Panel id="secret" title={one.rotateTitle} lead={one.rotateLead}>
        <ConsoleForm
          shell={shell}
          id="rotate-form"
          action={action}
          does="rotate-secret"
          submit={one.rotateSubmit}
          tone="slim"
        />
      </Panel>
      <DeletePanel {...props} texts={one} word={webhook.id} />
    </ConsolePage>
  );
}

type DeliveryState = keyof ConsoleTexts["webhooks"]["deliveries"]["states"];

interface Delivery {
  id: string;
  type: string;
  state: DeliveryState;
  created_at: string;
  next_attempt_at: string | null;
  attempts: readonly { at: string; duration_ms: number; status: number | null; error: string | null }[];
  payload: Readonly<Record<string, unknown>>;
}

export interface DeliveriesPageProps {
  shell: ConsoleShell;
  action: string;
  webhookHref: string;
  url: string;
  deliveries: readonly Delivery[];
  filters: readonly { name: keyof ConsoleTexts["webhooks"]["deliveries"]["filters"]; href: string; current: boolean }[];
  firstHref?: string | undefined;
  nextHref?: string | undefined;
}

/** What became of events on their way to one webhook. */
export function DeliveriesPage(props: DeliveriesPageProps) {
  const { shell, action, deliveries } = props;
  const texts = shell.texts.webhooks.deliveries;
  const { language } = shell.frame;
  return (
    <ConsolePage shell={shell} title={texts.title(hostOf(props.url) ?? plainText(props.url))} lead={texts.lead} wide>
      <nav class="doing" aria-label={texts.state}>
        <ButtonLink id="webhook-link" href={props.webhookHref}>
          {texts.back}
        </ButtonLink>
        {props.filters.map(({ name, href, current }) => (
          <ButtonLink id={`filter-${name}`} href={href} primary={current}>
            {texts.filters[name]}
          </ButtonLink>
        ))}
      </nav>
      <TablePanel
        id="deliveries"
        caption={texts.caption}
        columns={[texts.event, texts.at, texts.state, texts.tries, { label: shell.texts.list.actions, plain: true }]}
        rows={deliveries.map((delivery, index) => ({
          id: `delivery-${index}`,
          cells: [
            <code>{plainText(delivery.type)}</code>,
            <Moment at={delivery.created_at} language={language} />,
            <>
              <span class="tag" data-tone={delivery.state === "dead" ? "danger" : undefined}>
                {texts.states[delivery.state]}
              </span>{" "}
              {delivery.next_attempt_at === null ? null : (
                <span class="quiet small">
                  {texts.next} <Moment at={delivery.next_attempt_at} language={language} />
                </span>
              )}
            </>,
            <Attempts shell={shell} delivery={delivery} />,
            <ConsoleForm
              shell={shell}
              id={`replay-form-${index}`}
              action={action}
              does="replay"
              hidden={{ delivery: delivery.id }}
              submit={texts.replay}
              about={plainText(delivery.type)}
              tone="slim"
            />,
          ],
        }))}
        empty={texts.empty}
      >
        <Pager texts={shell.texts} firstHref={props.firstHref} nextHref={props.nextHref} />
        <ConsoleForm
          shell={shell}
          id="replay-all-form"
          action={action}
          does="replay-all"
          submit={texts.replayAll}
          tone="slim"
        />
      </TablePanel>
    </ConsolePage>
  );
}

function Attempts({ shell, delivery }: { shell: ConsoleShell; delivery: Delivery }) {
  const texts = shell.texts.webhooks.deliveries;
  return (
    <details class="more">
      <summary>{texts.attempts(delivery.attempts.length)}</summary>
      <ul class="stack tight">
        {delivery.attempts.map(({ at, duration_ms, status, error }) => (
          <li>
            <Moment at={at} language={shell.frame.language} />: {status ?? plainText(error ?? "–", 120)} ({duration_ms}{" "}
            ms)
          </li>
        ))}
      </ul>
      <p>{texts.payload}</p>
      <pre>
        <code>{JSON.stringify(delivery.payload, null, 2)}</code>
      </pre>
    </details>
  );
}
