import { ConfirmForm } from "../parts/confirm-form.tsx";
import { Facts, Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, type ConsoleShell } from "./console-page.tsx";

/** The account that was asked for and would stay. */
export interface Survivor {
  id: number;
  label: string;
  email: string | null;
  roles: readonly string[];
}

export interface MergeState {
  /** As it was typed. */
  into: string;
  intoProblem?: string | undefined;
  /** Null as long as nobody was found. */
  survivor: Survivor | null;
  wordProblem?: string | undefined;
}

interface MergePanelProps {
  shell: ConsoleShell;
  action: string;
  version: string;
  merge: MergeState;
  /** Names the account that goes, and has to be typed. */
  word: string;
}

/** Two accounts of one person: first who stays, then, with that in sight, the confirmation. */
export function MergePanel({ shell, action, version, merge, word }: MergePanelProps) {
  const { one } = shell.texts.users;
  return (
    <Panel id="merge" title={one.mergeTitle} lead={one.mergeLead} tone="danger">
      <p>{one.mergeEnds}</p>
      <ConsoleForm
        shell={shell}
        id="survivor-form"
        action={`${action}#merge`}
        does="find-survivor"
        fields={[
          {
            name: "into",
            kind: "text",
            label: one.mergeInto,
            required: true,
            value: merge.into,
            problem: merge.intoProblem,
          },
        ]}
        submit={one.mergeFind}
        tone="slim"
      />
      {merge.survivor === null ? null : (
        <MergeForm
          shell={shell}
          action={action}
          version={version}
          merge={merge}
          word={word}
          survivor={merge.survivor}
        />
      )}
    </Panel>
  );
}

function MergeForm({ shell, action, version, merge, word, survivor }: MergePanelProps & { survivor: Survivor }) {
  const { one, fields } = shell.texts.users;
  return (
    <>
      <h3>{one.mergeStays}</h3>
      <Facts
        facts={[
          { term: one.id, value: <code>{survivor.id}</code>, id: "survivor-id" },
          { term: fields.name, value: <bdi>{plainText(survivor.label)}</bdi>, id: "survivor-name" },
          { term: fields.email, value: survivor.email === null ? null : <bdi>{plainText(survivor.email, 320)}</bdi> },
          { term: fields.roles, value: survivor.roles.join(", ") || "–" },
        ]}
      />
      <ConfirmForm
        id="merge-form"
        action={`${action}#merge`}
        fields={{ csrf: shell.user.csrf, do: "merge", version, into: String(survivor.id) }}
        label={one.merge}
        typed={{ label: shell.texts.form.typeToConfirm, word, problem: merge.wordProblem }}
      />
    </>
  );
}
