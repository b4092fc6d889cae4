import { Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { TablePanel } from "./panels.tsx";
import { Moment } from "./parts.tsx";

export interface KeyRow {
  kid: string;
  alg: string;
  status: "next" | "active" | "retired";
  created_at: string;
  expires_at: string | null;
}

export interface KeysPageProps {
  shell: ConsoleShell;
  action: string;
  keys: readonly KeyRow[];
  /** Milliseconds since the epoch. */
  now: number;
}

const dayMs = 86_400_000;

/** The realm's signing keys, how old they are, and what follows from rotating and withdrawing them. */
export function KeysPage({ shell, action, keys, now }: KeysPageProps) {
  const texts = shell.texts.realms.keys;
  const { language } = shell.frame;
  const algorithms = [...new Set(keys.map(({ alg }) => alg))];
  const which: Field = {
    name: "alg",
    kind: "select",
    label: texts.rotateAlgorithm,
    choices: [{ value: "", label: texts.rotateAll }, ...algorithms.map((alg) => ({ value: alg, label: alg }))],
    value: "",
  };
  const revocable: Field = {
    name: "kid",
    kind: "select",
    label: texts.revokeLabel,
    choices: keys
      .filter(({ status }) => status !== "active")
      .map(({ kid, alg, status }) => ({ value: kid, label: `${alg}, ${texts.states[status]}: ${kid}` })),
    value: "",
  };
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead} wide>
      <TablePanel
        id="keys"
        caption={texts.caption}
        columns={[texts.kid, texts.algorithm, texts.state, texts.age, texts.until]}
        rows={keys.map((key) => ({
          id: `key-${key.kid}`,
          cells: [
            <code>{plainText(key.kid)}</code>,
            plainText(key.alg),
            key.status === "active" ? <span class="tag">{texts.states.active}</span> : texts.states[key.status],
            <>
              <Moment at={key.created_at} language={language} />
              <span class="quiet"> ({texts.ageDays(Math.floor((now - Date.parse(key.created_at)) / dayMs))})</span>
            </>,
            <Moment at={key.expires_at} language={language} />,
          ],
        }))}
        empty={texts.lead}
      />
      <Panel id="rotate" title={texts.rotate} lead={texts.rotateLead}>
        <ConsoleForm
          shell={shell}
          id="rotate-form"
          action={action}
          does="rotate"
          fields={[which]}
          submit={texts.rotateSubmit}
        />
      </Panel>
      <Panel id="revoke" title={texts.revokeTitle} lead={texts.revokeLead} tone="danger">
        <ConsoleForm
          shell={shell}
          id="revoke-form"
          action={action}
          does="revoke"
          fields={[revocable]}
          submit={texts.revokeSubmit}
          tone="danger"
          confirm={texts.revokeLead}
        />
      </Panel>
    </ConsolePage>
  );
}
