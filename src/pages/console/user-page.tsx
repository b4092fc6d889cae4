import { Facts, Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { DeletePanel } from "./delete-panel.tsx";
import { MergePanel, type MergeState } from "./merge-panel.tsx";
import { SwitchPanel } from "./panels.tsx";
import { ButtonLink, Moment } from "./parts.tsx";
import {
  ConnectionsPanel,
  ConsentsPanel,
  SessionsPanel,
  type ShownConnection,
  type ShownConsent,
  type ShownSession,
} from "./user-panels.tsx";

export interface UserPageProps {
  shell: ConsoleShell;
  action: string;
  user: {
    id: number;
    label: string;
    email: string | null;
    email_verified: boolean;
    username: string | null;
    name: string | null;
    first_name: string | null;
    last_name: string | null;
    phone_number: string | null;
    external_id: string | null;
    roles: readonly string[];
    guest: boolean;
    disabled: boolean;
    temporary_password_expires_at: string | null;
    created_at: string;
    updated_at: string;
  };
  version: string;
  sessions: readonly ShownSession[];
  consents: readonly ShownConsent[];
  connections: readonly ShownConnection[];
  /** The audit log, of this user alone. */
  eventsHref: string;
  /** False for an admin who looks at a system administrator. */
  mayChange: boolean;
  /** Nobody takes their own second factors away here. */
  mayResetFactors: boolean;
  /** Null for those who may not merge this account into another. */
  merge: MergeState | null;
  /** What has to be typed before the account is deleted. */
  word: string;
  wordProblem?: string | undefined;
}

/** One user: who it is, where signed in, what was granted, and what an operator can do. */
export function UserPage(props: UserPageProps) {
  const { shell, action, user, mayChange } = props;
  const { one, edit } = shell.texts.users;
  return (
    <ConsolePage shell={shell} title={plainText(user.label)} wide>
      <p class="doing">
        {mayChange ? (
          <ButtonLink id="edit-link" href={`${action}/edit`} primary>
            {edit.action}
          </ButtonLink>
        ) : null}
        <ButtonLink id="events-link" href={props.eventsHref}>
          {one.events}
        </ButtonLink>
      </p>
      {mayChange ? null : <p class="quiet">{one.spared}</p>}
      <UserFacts {...props} />
      <SessionsPanel {...props} />
      <ConsentsPanel {...props} />
      {props.connections.length > 0 ? <ConnectionsPanel {...props} /> : null}
      {mayChange ? <ChangePanels {...props} /> : null}
    </ConsolePage>
  );
}

function UserFacts({ shell, user }: UserPageProps) {
  const { one, fields, marks, list } = shell.texts.users;
  const { language } = shell.frame;
  const text = (value: string | null) => (value === null ? null : <bdi>{plainText(value, 320)}</bdi>);
  return (
    <Panel id="facts" title={one.facts}>
      <Facts
        facts={[
          { term: one.id, value: <code>{user.id}</code>, id: "user-id" },
          {
            term: fields.email,
            value:
              user.email === null ? null : (
                <>
                  {text(user.email)} {user.email_verified ? null : <span class="tag">{marks.unconfirmed}</span>}
                </>
              ),
          },
          { term: fields.username, value: text(user.username) },
          { term: fields.name, value: text(user.name) },
          { term: fields.first_name, value: text(user.first_name) },
          { term: fields.last_name, value: text(user.last_name) },
          { term: fields.phone_number, value: text(user.phone_number) },
          { term: fields.external_id, value: text(user.external_id) },
          { term: fields.roles, value: user.roles.join(", ") || "–" },
          { term: list.state, value: stateOf(user, marks) },
          ...(user.temporary_password_expires_at === null
            ? []
            : [
                {
                  term: one.temporaryUntil,
                  value: <Moment at={user.temporary_password_expires_at} language={language} />,
                  id: "temporary-until",
                },
              ]),
          { term: list.created, value: <Moment at={user.created_at} language={language} /> },
          { term: one.changed, value: <Moment at={user.updated_at} language={language} /> },
        ]}
      />
    </Panel>
  );
}

function stateOf({ disabled, guest }: UserPageProps["user"], marks: ConsoleTexts["users"]["marks"]) {
  if (disabled)
    return (
      <span class="tag" data-tone="danger">
        {marks.disabled}
      </span>
    );
  return guest ? <span class="tag">{marks.guest}</span> : null;
}

function ChangePanels(props: UserPageProps) {
  const { shell, action, user, version, word, mayResetFactors, merge } = props;
  const { one } = shell.texts.users;
  return (
    <>
      <Panel id="password" title={one.password} lead={one.passwordLead}>
        {user.email === null || user.disabled ? null : (
          <ConsoleForm
            shell={shell}
            id="mail-reset-form"
            action={action}
            does="mail-reset"
            submit={one.passwordMail}
            tone="slim"
          />
        )}
        <ConsoleForm
          shell={shell}
          id="temporary-password-form"
          action={action}
          does="temporary-password"
          submit={one.passwordTemporary}
          tone="danger"
          confirm={one.passwordConfirm}
        />
      </Panel>
      <SwitchPanel {...props} texts={one} disabled={user.disabled} />
      {mayResetFactors ? (
        <Panel id="factors" title={one.factors} lead={one.factorsLead} tone="danger">
          <ConsoleForm
            shell={shell}
            id="factors-form"
            action={action}
            does="reset-factors"
            submit={one.factorsSubmit}
            tone="danger"
            confirm={one.factorsConfirm}
          />
        </Panel>
      ) : null}
      {merge === null ? null : <MergePanel shell={shell} action={action} version={version} merge={merge} word={word} />}
      <DeletePanel {...props} texts={one} word={word} />
    </>
  );
}
