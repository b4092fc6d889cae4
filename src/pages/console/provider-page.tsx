import { Facts, Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { DeletePanel } from "./delete-panel.tsx";
import { type Field, FieldView } from "./field.tsx";
import { SwitchPanel } from "./panels.tsx";
import { CodeBlock, Moment } from "./parts.tsx";

export interface ProviderPageProps {
  shell: ConsoleShell;
  action: string;
  provider: {
    name: string;
    preset: string | null;
    type: string;
    disabled: boolean;
    callback_urls: readonly string[];
    updated_at: string;
  };
  version: string;
  basic: readonly Field[];
  more: readonly Field[];
  /** Tested just now. */
  check?:
    | {
        faults: readonly (keyof ConsoleTexts["providers"]["one"]["faults"])[];
        endpoints: Readonly<Record<string, string>>;
        keys: number | null;
      }
    | undefined;
  wordProblem?: string | undefined;
}

const formId = "change-form";

/** One upstream provider: what to register there, a test, and its settings. */
export function ProviderPage(props: ProviderPageProps) {
  const { shell, action, provider, version, basic, more } = props;
  const { texts } = shell;
  const { one, fields } = texts.providers;
  const hasProblem = more.some(({ problem }) => problem !== undefined);
  return (
    <ConsolePage shell={shell} title={plainText(provider.name)}>
      <TestResult {...props} />
      <Panel id="facts" title={one.facts}>
        <Facts
          facts={[
            { term: fields.type, value: provider.type },
            { term: one.preset, value: provider.preset },
            { term: one.changed, value: <Moment at={provider.updated_at} language={shell.frame.language} /> },
          ]}
        />
      </Panel>
      <Panel id="callbacks" title={one.callbacks} lead={one.callbacksLead}>
        <CodeBlock id="callback-urls" label={one.callbacks} code={provider.callback_urls.join("\n")} texts={texts} />
      </Panel>
      <Panel id="test" title={one.test} lead={one.testLead}>
        <ConsoleForm shell={shell} id="check-form" action={action} does="check" submit={one.testSubmit} />
      </Panel>
      <Panel id="edit" title={one.edit}>
        <ConsoleForm
          shell={shell}
          id={formId}
          action={action}
          does="change"
          version={version}
          fields={basic}
          submit={texts.form.save}
        >
          <details class="more" open={hasProblem}>
            <summary id="more-settings">{fields.more}</summary>
            <div class="stack">
              {more.map((field) => (
                <FieldView form={formId} field={field} texts={texts} />
              ))}
            </div>
          </details>
        </ConsoleForm>
      </Panel>
      <SwitchPanel {...props} texts={one} disabled={provider.disabled} />
      <DeletePanel {...props} texts={one} word={provider.name} />
    </ConsolePage>
  );
}

function TestResult({ shell, check }: ProviderPageProps) {
  if (check === undefined) return null;
  const { one } = shell.texts.providers;
  const isGood = check.faults.length === 0;
  return (
    <Panel id="test-result" title={one.testResult} tone={isGood ? undefined : "danger"}>
      {isGood ? <p>{one.testGood}</p> : null}
      <ul class="stack tight">
        {check.faults.map((fault) => (
          <li id={`fault-${fault}`}>{one.faults[fault]}</li>
        ))}
      </ul>
      <Facts
        facts={[
          ...Object.entries(check.endpoints).map(([name, address]) => ({
            term: one.endpoint[name] ?? name,
            value: <bdi>{plainText(address, 300)}</bdi>,
          })),
          { term: one.keys, value: check.keys },
        ]}
      />
    </Panel>
  );
}
