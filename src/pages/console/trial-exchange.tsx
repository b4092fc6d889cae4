import { Facts, Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import type { ConsoleShell } from "./console-page.tsx";

export type TrialStep = keyof ConsoleTexts["trial"]["steps"];

/** A header, parameter or member of an answer. */
export interface Part {
  name: string;
  value: string;
  isSecret?: boolean;
}

/** One request and its answer. */
export interface Exchange {
  step: TrialStep;
  line: string;
  headers: readonly Part[];
  parameters: readonly Part[];
  status: number;
  answer: readonly Part[];
  /** The answer where it is no JSON object. */
  text: string;
}

/** What was sent and what came, as a panel of the trial. */
export function ExchangeView({ shell, exchange }: { shell: ConsoleShell; exchange: Exchange }) {
  const texts = shell.texts.trial;
  const sent = [...exchange.headers, ...exchange.parameters];
  return (
    <Panel id="exchange" title={texts.steps[exchange.step]} lead={texts.masked}>
      <h3>{texts.request}</h3>
      <pre>
        <code>{exchange.line}</code>
      </pre>
      <Parts parts={sent} id="sent" shell={shell} />
      <h3 id="answer-status">{texts.answer(exchange.status)}</h3>
      {exchange.text === "" ? null : (
        <pre>
          <code>{exchange.text}</code>
        </pre>
      )}
      <Parts parts={exchange.answer} id="answer" shell={shell} />
    </Panel>
  );
}

const shownCharacters = 6;

/** Secrets are cut short, and shown in full only to whoever asks for it. */
export function Parts({ parts, id, shell }: { parts: readonly Part[]; id: string; shell: ConsoleShell }) {
  return (
    <Facts
      facts={parts.map(({ name, value, isSecret }, index) => ({
        term: name,
        id: `${id}-${index}`,
        value: isSecret ? (
          <>
            <code>{value.slice(0, shownCharacters)}…</code>
            <details class="more">
              <summary>
                {shell.texts.trial.reveal}
                <span class="unseen"> {name}</span>
              </summary>
              <code>{value}</code>
            </details>
          </>
        ) : (
          <code>{value}</code>
        ),
      }))}
    />
  );
}
