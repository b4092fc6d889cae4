import { DataTable } from "../parts/data-table.tsx";
import { Facts, Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { ButtonLink, CodeBlock } from "./parts.tsx";
import { type Exchange, ExchangeView, Parts, type TrialStep } from "./trial-exchange.tsx";

export type TrialStage =
  | { name: "impossible"; reason: keyof ConsoleTexts["trial"]["impossible"] }
  | { name: "begin"; fields: readonly Field[] }
  | { name: "built"; endpoint: string; parameters: readonly (readonly [string, string])[]; pushed: Exchange | null }
  | { name: "back"; code: string; run: string }
  | { name: "refused"; error: string; description: string | null }
  | {
      name: "stepped";
      exchange: Exchange;
      claims: string | null;
      /** Null where no nonce was to be compared. */
      nonceMatches: boolean | null;
      run: string;
      steps: readonly TrialStep[];
    };

export interface TrialPageProps {
  shell: ConsoleShell;
  action: string;
  clientHref: string;
  name: string;
  version: string;
  /** The console's own. */
  redirectUri: string;
  isRegistered: boolean;
  mayRegister: boolean;
  stage: TrialStage;
}

/** A whole sign-in with one application, step by step: each request, why it looks as it does, and its answer. */
export function TrialPage(props: TrialPageProps) {
  const { shell, name, stage, isRegistered } = props;
  const texts = shell.texts.trial;
  const canBegin = stage.name !== "impossible" && !isRegistered;
  return (
    <ConsolePage shell={shell} title={texts.title(plainText(name))} lead={texts.lead} wide>
      {canBegin ? <Registration {...props} /> : <Stage {...props} />}
      {stage.name === "begin" && isRegistered ? <Removal {...props} /> : null}
      <p class="doing">
        <ButtonLink id="client-link" href={props.clientHref}>
          {plainText(name)}
        </ButtonLink>
        {stage.name === "begin" || stage.name === "impossible" ? null : (
          <ButtonLink id="over-link" href={props.action}>
            {texts.over}
          </ButtonLink>
        )}
      </p>
    </ConsolePage>
  );
}

function Registration({ shell, action, version, redirectUri, mayRegister }: TrialPageProps) {
  const texts = shell.texts.trial;
  return (
    <Panel id="registration" title={texts.redirectTitle} lead={texts.redirectLead}>
      <CodeBlock id="redirect-uri" label="redirect_uri" code={redirectUri} texts={shell.texts} />
      {mayRegister ? (
        <ConsoleForm
          shell={shell}
          id="add-form"
          action={action}
          does="add"
          version={version}
          submit={texts.redirectAdd}
        />
      ) : (
        <p>{shell.texts.clients.one.reserved}</p>
      )}
    </Panel>
  );
}

function Removal({ shell, action, version, redirectUri, mayRegister }: TrialPageProps) {
  const texts = shell.texts.trial;
  if (!mayRegister) return null;
  return (
    <Panel id="removal" title={texts.redirectRemove} lead={texts.redirectRemoveLead}>
      <p>
        <code>{redirectUri}</code>
      </p>
      <ConsoleForm
        shell={shell}
        id="remove-form"
        action={action}
        does="remove"
        version={version}
        submit={texts.redirectRemove}
        tone="slim"
      />
    </Panel>
  );
}

function Stage(props: TrialPageProps) {
  const { shell, action, stage } = props;
  const texts = shell.texts.trial;
  switch (stage.name) {
    case "impossible":
      return (
        <Panel id="impossible" title={texts.begin}>
          <p>{texts.impossible[stage.reason]}</p>
        </Panel>
      );
    case "begin":
      return (
        <Panel id="begin" title={texts.begin}>
          <ConsoleForm
            shell={shell}
            id="build-form"
            action={action}
            does="build"
            fields={stage.fields}
            submit={texts.beginSubmit}
          />
        </Panel>
      );
    case "built":
      return <Built shell={shell} stage={stage} />;
    case "back":
      return (
        <Panel id="back" title={texts.back} lead={texts.backLead}>
          <Parts parts={[{ name: "code", value: stage.code, isSecret: true }]} id="code" shell={shell} />
          <p>{texts.stateGood}</p>
          <ConsoleForm
            shell={shell}
            id="redeem-form"
            action={action}
            does="redeem"
            hidden={{ run: stage.run }}
            submit={texts.redeem}
          />
        </Panel>
      );
    case "refused":
      return (
        <Panel id="refused" title={texts.refused} lead={texts.refusedLead} tone="danger">
          <Facts
            facts={[
              { term: "error", value: <code>{plainText(stage.error, 100)}</code>, id: "error" },
              { term: "error_description", value: stage.description && plainText(stage.description, 300) },
            ]}
          />
        </Panel>
      );
    case "stepped":
      return <Stepped shell={shell} action={action} stage={stage} />;
  }
}

function Built({ shell, stage }: { shell: ConsoleShell; stage: Extract<TrialStage, { name: "built" }> }) {
  const texts = shell.texts.trial;
  const address = `${stage.endpoint}?${new URLSearchParams(stage.parameters.map(([name, value]) => [name, value]))}`;
  return (
    <>
      {stage.pushed ? <ExchangeView shell={shell} exchange={stage.pushed} /> : null}
      {stage.parameters.length === 0 ? null : (
        <Panel id="built" title={texts.built} lead={texts.builtLead}>
          <DataTable
            id="parameters"
            caption={texts.built}
            captionUnseen
            columns={[texts.part, texts.value, texts.why]}
            rows={stage.parameters.map(([name, value]) => ({
              id: `parameter-${name}`,
              cells: [<code>{name}</code>, <code>{value}</code>, texts.reasons[name] ?? ""],
            }))}
            empty=""
          />
          <CodeBlock id="address" label="GET" code={address} texts={shell.texts} />
          <p>
            <a id="go-link" class="button slim primary" href={safeHref(address)}>
              {texts.go}
            </a>
          </p>
        </Panel>
      )}
    </>
  );
}

interface SteppedProps {
  shell: ConsoleShell;
  action: string;
  stage: Extract<TrialStage, { name: "stepped" }>;
}

function Stepped({ shell, action, stage }: SteppedProps) {
  const texts = shell.texts.trial;
  return (
    <>
      <ExchangeView shell={shell} exchange={stage.exchange} />
      {stage.claims === null ? null : (
        <Panel id="claims" title={texts.decoded}>
          <pre>
            <code id="id-token-claims">{stage.claims}</code>
          </pre>
          {stage.nonceMatches === null ? null : <p>{stage.nonceMatches ? texts.nonceGood : texts.nonceBad}</p>}
        </Panel>
      )}
      {stage.steps.length === 0 ? null : (
        <Panel id="next" title={texts.next} lead={texts.nextLead}>
          <div class="doing">
            {stage.steps.map((step) => (
              <ConsoleForm
                shell={shell}
                id={`${step}-form`}
                action={action}
                does={step}
                hidden={{ run: stage.run }}
                submit={texts.steps[step]}
                tone="slim"
              />
            ))}
          </div>
        </Panel>
      )}
    </>
  );
}

/** An answer that no trial of this browser waits for. */
export function ForeignAnswerPage({ shell, homeHref }: { shell: ConsoleShell; homeHref: string }) {
  const { foreign } = shell.texts.trial;
  return (
    <ConsolePage shell={shell} title={foreign.title} lead={foreign.lead}>
      <p>
        <ButtonLink id="home-link" href={homeHref}>
          {foreign.again}
        </ButtonLink>
      </p>
    </ConsolePage>
  );
}
