import { DataTable } from "../parts/data-table.tsx";
import { Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, type ConsoleShell } from "./console-page.tsx";
import { TablePanel } from "./panels.tsx";
import { ButtonLink, Moment } from "./parts.tsx";

export interface ShownSession {
  id: string;
  browser: string | null;
  system: string | null;
  /** The application of a device that was let in. */
  app: string | null;
  ip: string | null;
  createdAt: string;
  lastUsedAt: string;
}

export interface ShownConsent {
  clientId: string;
  /** Null when the application is gone. */
  name: string | null;
  host: string | null;
  scopes: readonly string[];
  grantedAt: string;
  lastUsedAt: string | null;
}

interface SessionsPanelProps {
  shell: ConsoleShell;
  action: string;
  sessions: readonly ShownSession[];
  mayChange: boolean;
}

/** A page stays small; the button that ends all ends those that are not shown as well. */
const mostSessions = 50;

/** Where somebody is signed in. Scripts look again every few seconds; a link does without. */
export function SessionsPanel({ shell, action, sessions, mayChange }: SessionsPanelProps) {
  const texts = shell.texts.users.sessions;
  const { language } = shell.frame;
  const shown = sessions.slice(0, mostSessions);
  return (
    <Panel id="sessions-panel" title={texts.title} lead={texts.lead}>
      <div id="sessions-live" class="stack" data-live="4">
        <DataTable
          id="sessions"
          caption={texts.caption}
          captionUnseen
          columns={[
            texts.device,
            texts.begun,
            texts.used,
            texts.address,
            { label: shell.texts.list.actions, plain: true },
          ]}
          rows={shown.map((session, index) => ({
            id: `session-${index}`,
            cells: [
              <bdi>{deviceOf(shell, session)}</bdi>,
              <Moment at={session.createdAt} language={language} />,
              <Moment at={session.lastUsedAt} language={language} />,
              session.ip === null ? "–" : <bdi>{plainText(session.ip, 60)}</bdi>,
              mayChange ? (
                <ConsoleForm
                  shell={shell}
                  id={`kick-form-${index}`}
                  action={action}
                  does="kick"
                  hidden={{ session: session.id }}
                  submit={texts.kick}
                  about={deviceOf(shell, session)}
                  tone="slim"
                />
              ) : null,
            ],
          }))}
          empty={texts.empty}
        />
        {sessions.length > mostSessions ? <p class="quiet">{texts.more(sessions.length - mostSessions)}</p> : null}
        {mayChange && sessions.length > 0 ? (
          <ConsoleForm
            shell={shell}
            id="kick-all-form"
            action={action}
            does="kick"
            submit={texts.kickAll}
            tone="danger"
            confirm={texts.kickAllConfirm}
          />
        ) : null}
      </div>
      <p>
        <ButtonLink id="refresh-link" href={action}>
          {texts.refresh}
        </ButtonLink>
      </p>
    </Panel>
  );
}

function deviceOf({ texts: { users } }: ConsoleShell, { app, browser, system }: ShownSession): string {
  if (app !== null) return plainText(app, 100);
  if (browser !== null && system !== null) return users.sessions.on(browser, system);
  return browser ?? system ?? users.sessions.unknown;
}

interface ConsentsPanelProps {
  shell: ConsoleShell;
  action: string;
  consents: readonly ShownConsent[];
  mayChange: boolean;
}

/** What applications may have of somebody, and how that ends. */
export function ConsentsPanel({ shell, action, consents, mayChange }: ConsentsPanelProps) {
  const texts = shell.texts.users.consents;
  const { language } = shell.frame;
  return (
    <TablePanel
      id="consents"
      caption={texts.caption}
      title={texts.title}
      columns={[
        texts.client,
        texts.scopes,
        texts.granted,
        texts.used,
        { label: shell.texts.list.actions, plain: true },
      ]}
      rows={consents.map((consent, index) => ({
        id: `consent-${index}`,
        cells: [
          <>
            <bdi>{plainText(consent.name ?? consent.clientId)}</bdi>{" "}
            <span class="quiet">{consent.name === null ? texts.gone : plainText(consent.host ?? "", 100)}</span>
          </>,
          <bdi>{plainText(consent.scopes.join(" "), 300)}</bdi>,
          <Moment at={consent.grantedAt} language={language} />,
          <Moment at={consent.lastUsedAt} language={language} />,
          mayChange ? (
            <ConsoleForm
              shell={shell}
              id={`revoke-form-${index}`}
              action={action}
              does="revoke-consent"
              hidden={{ client: consent.clientId }}
              submit={texts.revoke}
              about={plainText(consent.name ?? consent.clientId)}
              tone="slim"
              confirm={texts.revokeConfirm}
            />
          ) : null,
        ],
      }))}
      empty={texts.empty}
    />
  );
}

export interface ShownConnection {
  provider: string;
  clientId: string;
  clientName: string;
  status: "active" | "expired";
  connectedAt: string;
  /** Code of a refresh that failed since the last one that worked. */
  error: string | null;
}

interface ConnectionsPanelProps {
  shell: ConsoleShell;
  action: string;
  connections: readonly ShownConnection[];
  mayChange: boolean;
}

/** Somebody's accounts elsewhere that the token vault keeps for applications. */
export function ConnectionsPanel({ shell, action, connections, mayChange }: ConnectionsPanelProps) {
  const texts = shell.texts.vault.connections;
  return (
    <TablePanel
      id="connections"
      caption={texts.caption}
      title={texts.title}
      columns={[
        texts.provider,
        texts.client,
        texts.state,
        texts.since,
        { label: shell.texts.list.actions, plain: true },
      ]}
      rows={connections.map((connection, index) => ({
        id: `connection-${index}`,
        cells: [
          <bdi>{plainText(connection.provider)}</bdi>,
          <bdi>{plainText(connection.clientName)}</bdi>,
          <>
            {texts[connection.status]}
            {connection.error === null ? null : <p class="quiet small">{texts.error(plainText(connection.error))}</p>}
          </>,
          <Moment at={connection.connectedAt} language={shell.frame.language} />,
          mayChange ? (
            <ConsoleForm
              shell={shell}
              id={`disconnect-form-${index}`}
              action={action}
              does="disconnect"
              hidden={{ provider: connection.provider, client: connection.clientId }}
              submit={texts.disconnect}
              about={`${plainText(connection.provider)}, ${plainText(connection.clientName)}`}
              tone="slim"
              confirm={texts.disconnectConfirm}
            />
          ) : null,
        ],
      }))}
      empty={texts.empty}
    />
  );
}
