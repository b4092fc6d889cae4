import { type ConsentScope, scopeText } from "../consent-page.tsx";
import { ConfirmForm } from "../parts/confirm-form.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Ticks } from "../parts/decision.tsx";
import { Facts, Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { type AccountFrame, AccountShell, Moment } from "./account-shell.tsx";
import { accountPaths } from "./paths.ts";

export interface ShownApp {
  clientId: string;
  /** Null when it is gone. */
  name: string | null;
  host: string | null;
  scopes: readonly ConsentScope[];
  /** Milliseconds since the epoch. */
  grantedAt: number;
  lastUsedAt: number | null;
}

/** What an application may use at a provider, kept by the token vault. */
export interface ShownConnection {
  clientId: string;
  /** Null when it is gone. */
  app: string | null;
  /** The provider's name in the realm, and the one that people know it by. */
  provider: string;
  label: string;
  /** The person has to agree anew. */
  expired: boolean;
  /** Milliseconds since the epoch. */
  connectedAt: number;
}

export interface AppsPageProps {
  account: AccountFrame;
  apps: readonly ShownApp[];
  connections: readonly ShownConnection[];
}

/** What one has allowed to applications. */
export function AppsPage({ account, apps, connections }: AppsPageProps) {
  const texts = account.frame.texts.accountPages.apps;
  return (
    <AccountShell account={account} place="apps" lead={texts.lead}>
      {apps.length === 0 ? <p id="no-apps">{texts.empty}</p> : null}
      {apps.map((app, index) => (
        <App account={account} app={app} index={index} />
      ))}
      {connections.length > 0 ? <Connections account={account} connections={connections} /> : null}
    </AccountShell>
  );
}

function Connections({ account, connections }: Pick<AppsPageProps, "account" | "connections">) {
  const { apps: texts, linked } = account.frame.texts.accountPages;
  return (
    <Panel id="connections" title={texts.connections} lead={texts.connectionsLead}>
      <DataTable
        id="connection-table"
        caption={texts.connections}
        captionUnseen
        columns={[texts.provider, texts.forApp, texts.since, { label: linked.disconnect, plain: true }]}
        rows={connections.map((connection, index) => ({
          id: `connection-${index}`,
          cells: [
            <>
              <bdi>{plainText(connection.label)}</bdi>{" "}
              {connection.expired ? <span class="tag">{texts.expired}</span> : null}
            </>,
            <bdi>{connection.app === null ? texts.unknown : plainText(connection.app)}</bdi>,
            <Moment account={account} at={connection.connectedAt} />,
            <ConfirmForm
              id={`disconnect-${index}`}
              action={accountPaths.removeApp}
              fields={{ csrf: account.csrf, client: connection.clientId, provider: connection.provider }}
              label={linked.disconnectNamed(plainText(connection.label))}
            />,
          ],
        }))}
        empty={texts.empty}
      />
    </Panel>
  );
}

function App({ account, app, index }: { account: AccountFrame; app: ShownApp; index: number }) {
  const { frame } = account;
  const texts = frame.texts.accountPages.apps;
  const name = app.name === null ? texts.unknown : plainText(app.name);
  return (
    <Panel id={`app-${index}`} title={name}>
      <div class="stack tight">
        <h3>{texts.can}</h3>
        <Ticks items={app.scopes.map((scope) => scopeText(scope, frame.texts))} />
      </div>
      <Facts
        facts={[
          { term: texts.host, value: app.host === null ? undefined : <bdi>{plainText(app.host, 255)}</bdi> },
          { term: texts.since, value: <Moment account={account} at={app.grantedAt} /> },
          {
            term: texts.used,
            value:
              app.lastUsedAt === null ? (
                frame.texts.accountPages.never
              ) : (
                <Moment account={account} at={app.lastUsedAt} />
              ),
          },
        ]}
      />
      <ConfirmForm
        id={`remove-app-${index}`}
        action={accountPaths.removeApp}
        fields={{ csrf: account.csrf, client: app.clientId }}
        label={texts.removeNamed(name)}
      />
    </Panel>
  );
}
