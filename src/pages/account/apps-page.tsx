import { type ConsentScope, scopeText } from "../consent-page.tsx";
import { CheckIcon } from "../look/icons.tsx";
import { ConfirmForm } from "../parts/confirm-form.tsx";
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

/** What one has allowed to applications. */
export function AppsPage({ account, apps }: { account: AccountFrame; apps: readonly ShownApp[] }) {
  const texts = account.frame.texts.accountPages.apps;
  return (
    <AccountShell account={account} place="apps" lead={texts.lead}>
      {apps.length === 0 ? <p id="no-apps">{texts.empty}</p> : null}
      {apps.map((app, index) => (
        <App account={account} app={app} index={index} />
      ))}
    </AccountShell>
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
        <ul class="ticks">
          {app.scopes.map((scope) => (
            <li>
              <CheckIcon />
              <span>{scopeText(scope, frame.texts)}</span>
            </li>
          ))}
        </ul>
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
