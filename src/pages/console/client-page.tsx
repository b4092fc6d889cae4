import { ExternalLink } from "../parts/external-link.tsx";
import { Facts, Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { DeletePanel } from "./delete-panel.tsx";
import { type Field, FieldView } from "./field.tsx";
import { ButtonLink, CodeBlock, Moment } from "./parts.tsx";

export interface Snippet {
  id: string;
  label: string;
  code: string;
}

export interface ClientPageProps {
  shell: ConsoleShell;
  action: string;
  client: {
    name: string;
    client_id: string;
    integration_id: number;
    type: "confidential" | "public";
    first_party: boolean;
    disabled: boolean;
    self_registered: boolean;
    created_at: string;
    updated_at: string;
  };
  /** Of its realm. */
  issuer: string;
  version: string;
  /** Absent for those who may not change it. */
  editHref?: string | undefined;
  tryHref: string;
  hasSecret: boolean;
  mayShape: boolean;
  snippets: readonly Snippet[];
  wordProblem?: string | undefined;
}

/** One application: what it is, how to connect it, and what can be done with it. */
export function ClientPage(props: ClientPageProps) {
  const { shell, action, client, snippets } = props;
  const { texts } = shell;
  const { one, secret } = texts.clients;
  return (
    <ConsolePage shell={shell} title={plainText(client.name)} wide>
      <p class="doing">
        {props.editHref ? (
          <ButtonLink id="edit-link" href={props.editHref} primary>
            {one.edit}
          </ButtonLink>
        ) : null}
        <ButtonLink id="try-link" href={props.tryHref}>
          {one.tryIt}
        </ButtonLink>
      </p>
      {props.mayShape ? null : <p class="quiet">{one.reserved}</p>}
      <ClientFacts {...props} />
      <Panel id="connect" title={one.connect} lead={one.connectLead}>
        {snippets.map(({ id, label, code }) => (
          <CodeBlock id={`snippet-${id}`} label={label} code={code} texts={texts} />
        ))}
      </Panel>
      {props.mayShape && props.hasSecret ? (
        <Panel id="secret" title={secret.rotateTitle} lead={secret.rotateLead} tone="danger">
          <ConsoleForm
            shell={shell}
            id="rotate-form"
            action={action}
            does="rotate-secret"
            submit={secret.rotateSubmit}
            tone="danger"
            confirm={secret.rotateConfirm}
          />
        </Panel>
      ) : null}
      {props.mayShape ? <DeletePanel {...props} texts={one} word={client.name} /> : null}
    </ConsolePage>
  );
}

function ClientFacts({ shell, client, issuer }: ClientPageProps) {
  const { one, types, marks } = shell.texts.clients;
  const { language, texts } = shell.frame;
  const said = [
    client.first_party ? marks.firstParty : null,
    client.disabled ? marks.disabled : null,
    client.self_registered ? marks.selfRegistered : null,
  ].filter((mark) => mark !== null);
  return (
    <Panel id="facts" title={one.facts}>
      <Facts
        facts={[
          { term: one.clientId, value: <code>{plainText(client.client_id)}</code>, id: "client-id" },
          { term: one.integrationId, value: <code>{client.integration_id}</code> },
          { term: one.type, value: [types[client.type], ...said].join(", ") },
          {
            term: one.discovery,
            value: (
              <ExternalLink href={`${issuer}/.well-known/openid-configuration`} texts={texts}>
                {plainText(issuer, 300)}
              </ExternalLink>
            ),
          },
          { term: one.created, value: <Moment at={client.created_at} language={language} /> },
          { term: one.changed, value: <Moment at={client.updated_at} language={language} /> },
        ]}
      />
    </Panel>
  );
}

type Group = keyof ConsoleTexts["clients"]["edit"]["groups"];

export interface EditClientPageProps {
  shell: ConsoleShell;
  name: string;
  action: string;
  cancelHref: string;
  version: string;
  groups: readonly { group: Group; fields: readonly Field[] }[];
}

const formId = "edit-form";

/** All that is registered of an application, in one form; what is seldom needed is folded away unless something is wrong in it. */
export function EditClientPage({ shell, name, action, cancelHref, version, groups }: EditClientPageProps) {
  const texts = shell.texts.clients.edit;
  return (
    <ConsolePage shell={shell} title={texts.title(plainText(name))}>
      <Panel id="edit" title={shell.texts.clients.one.edit}>
        <ConsoleForm
          shell={shell}
          id={formId}
          action={action}
          does="change"
          version={version}
          submit={shell.texts.form.save}
        >
          {groups.map(({ group, fields }, index) => (
            <details class="more" open={index === 0 || fields.some(({ problem }) => problem !== undefined)}>
              <summary id={`group-${group}`}>{texts.groups[group]}</summary>
              <div class="stack">
                {fields.map((field) => (
                  <FieldView form={formId} field={field} texts={shell.texts} />
                ))}
              </div>
            </details>
          ))}
        </ConsoleForm>
        <ButtonLink id="cancel-link" href={cancelHref}>
          {shell.texts.form.cancel}
        </ButtonLink>
      </Panel>
    </ConsolePage>
  );
}
