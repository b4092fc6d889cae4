import { Facts, Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { DeletePanel } from "./delete-panel.tsx";
import type { Field } from "./field.tsx";
import { TablePanel } from "./panels.tsx";
import { ButtonLink, CodeBlock, Moment, ShownOnce } from "./parts.tsx";
import type { Algorithm } from "./source-list-page.tsx";

export interface SourcePageProps {
  shell: ConsoleShell;
  action: string;
  source: {
    name: string;
    issuer: string;
    algorithm: string;
    disabled: boolean;
    secret_set: boolean;
    updated_at: string;
  };
  version: string;
  /** What the form is for: its own algorithm, or another that it is to have. */
  algorithm: Algorithm;
  otherAlgorithms: readonly { name: Algorithm; href: string }[];
  fields: readonly Field[];
  snippets: { token: string; form: string };
  keys: readonly {
    id: string;
    prefix: string;
    note: string | null;
    scopes: readonly string[];
    last_used_at: string | null;
    expires_at: string | null;
  }[];
  keyFields: readonly Field[];
  /** Made just now. */
  madeKey?: string | undefined;
  wordProblem?: string | undefined;
}

/** One main product: how to hand people over from it, its settings and the keys of its servers. */
export function SourcePage(props: SourcePageProps) {
  const { shell, action, source, version, algorithm, snippets } = props;
  const { texts } = shell;
  const { one, list, connect, keys } = texts.sources;
  return (
    <ConsolePage shell={shell} title={plainText(source.name)} wide>
      {props.madeKey === undefined ? null : (
        <ShownOnce id="key" title={keys.shown} lead={keys.shownLead} secret={props.madeKey} texts={texts} />
      )}
      <Panel id="facts" title={one.facts}>
        <Facts
          facts={[
            { term: list.issuer, value: <bdi>{plainText(source.issuer, 512)}</bdi> },
            { term: list.algorithm, value: source.algorithm },
            {
              term: one.secret,
              value: source.algorithm === "HS256" ? (source.secret_set ? one.set : one.unset) : null,
            },
            { term: list.state, value: source.disabled ? list.off : list.on },
            { term: one.changed, value: <Moment at={source.updated_at} language={shell.frame.language} /> },
          ]}
        />
      </Panel>
      <Panel id="connect" title={connect.title} lead={connect.lead}>
        <CodeBlock id="snippet-token" label={connect.token} code={snippets.token} texts={texts} />
        <CodeBlock id="snippet-form" label={connect.form} code={snippets.form} texts={texts} />
      </Panel>
      <KeysPanels {...props} />
      <Panel id="edit" title={one.edit} lead={texts.sources.kinds[algorithm]}>
        <p class="doing">
          {props.otherAlgorithms.map(({ name, href }) => (
            <ButtonLink id={`algorithm-${name}`} href={href}>
              {one.other}: {name}
            </ButtonLink>
          ))}
        </p>
        <ConsoleForm
          shell={shell}
          id="change-form"
          action={action}
          does="change"
          version={version}
          hidden={{ algorithm }}
          fields={props.fields}
          submit={texts.form.save}
        />
      </Panel>
      <DeletePanel {...props} texts={one} word={source.name} />
    </ConsolePage>
  );
}

function KeysPanels({ shell, action, keys, keyFields }: SourcePageProps) {
  const texts = shell.texts.sources.keys;
  const { language } = shell.frame;
  const columns = [texts.prefix, texts.note, texts.scopes, texts.used, texts.expires];
  return (
    <>
      <TablePanel
        id="keys"
        caption={texts.caption}
        title={texts.title}
        lead={texts.lead}
        columns={[...columns, { label: shell.texts.list.actions, plain: true }]}
        rows={keys.map((key, index) => ({
          id: `key-${index}`,
          cells: [
            <code>{plainText(key.prefix)}…</code>,
            <bdi>{plainText(key.note ?? "–", 120)}</bdi>,
            key.scopes.join(", "),
            <Moment at={key.last_used_at} language={language} />,
            key.expires_at === null ? texts.withdrawn : <Moment at={key.expires_at} language={language} />,
            <>
              <ConsoleForm
                shell={shell}
                id={`rotate-key-form-${index}`}
                action={action}
                does="rotate-key"
                hidden={{ key: key.id }}
                submit={texts.rotate}
                about={plainText(key.prefix)}
                tone="slim"
                confirm={texts.rotateConfirm}
              />{" "}
              <ConsoleForm
                shell={shell}
                id={`revoke-key-form-${index}`}
                action={action}
                does="revoke-key"
                hidden={{ key: key.id }}
                submit={texts.revoke}
                about={plainText(key.prefix)}
                tone="slim"
                confirm={texts.revokeConfirm}
              />
            </>,
          ],
        }))}
        empty={texts.empty}
      />
      <Panel id="new-key" title={texts.create}>
        <ConsoleForm
          shell={shell}
          id="key-form"
          action={action}
          does="make-key"
          fields={keyFields}
          submit={texts.createSubmit}
        />
      </Panel>
    </>
  );
}
