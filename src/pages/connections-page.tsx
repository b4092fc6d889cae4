import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

/** An account elsewhere that may be connected. */
export interface ConnectableAccount {
  /** The provider's: lower-case letters, digits, dashes and underscores. */
  name: string;
  label: string;
  state: "connected" | "expired" | "more-needed" | "none";
  connectHref: string;
}

export interface ConnectionsPageProps {
  frame: PageFrame;
  clientName: string;
  accounts: readonly ConnectableAccount[];
  /** Where disconnecting is posted to, with these fields. */
  action: string;
  fields: Readonly<Record<string, string>>;
  problem?: "problem" | "declined" | undefined;
  /** The application has asked for these: the way on is there for what is connected, too. */
  isAsked?: boolean | undefined;
}

/** The accounts that an application may use, each with what can be done about it. */
export function ConnectionsPage(props: ConnectionsPageProps) {
  const { frame, clientName, accounts, action, fields, problem, isAsked } = props;
  const texts = frame.texts.connect;
  return (
    <Layout frame={frame} title={texts.title} failed={problem !== undefined}>
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          <p class="quiet">{texts.lead(plainText(clientName))}</p>
        </div>
        {problem ? (
          <Notice id="problem" tone="danger">
            <p>{texts[problem]}</p>
          </Notice>
        ) : null}
        {accounts.length === 0 ? <p>{texts.none}</p> : null}
        {accounts.map((account) => (
          <Account frame={frame} account={account} action={action} fields={fields} isAsked={isAsked} />
        ))}
      </div>
    </Layout>
  );
}

interface AccountProps extends Pick<ConnectionsPageProps, "frame" | "action" | "fields" | "isAsked"> {
  account: ConnectableAccount;
}

function Account({ frame, account, action, fields, isAsked }: AccountProps) {
  const { name, label: given, state, connectHref } = account;
  const texts = frame.texts.connect;
  const label = plainText(given);
  return (
    <section class="account" aria-labelledby={`account-${name}`}>
      <div>
        <h2 id={`account-${name}`}>{label}</h2>
        <p id={`state-${name}`} class="quiet small" data-state={state}>
          {texts.states[state]}
        </p>
      </div>
      <div class="actions">
        {state === "connected" && isAsked !== true ? null : (
          <a id={`connect-${name}`} class="button primary" href={safeHref(connectHref)}>
            {state === "none" ? texts.connect(label) : texts.reconnect(label)}
          </a>
        )}
        {state === "none" ? null : (
          <PostForm id={`disconnect-form-${name}`} action={action} fields={{ ...fields, provider: name }}>
            <button id={`disconnect-${name}`} type="submit" class="button">
              {texts.disconnect(label)}
            </button>
          </PostForm>
        )}
      </div>
    </section>
  );
}
