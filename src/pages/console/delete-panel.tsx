import { ConfirmForm } from "../parts/confirm-form.tsx";
import { Panel } from "../parts/shell.tsx";
import type { ConsoleShell } from "./console-page.tsx";

interface DeletePanelProps {
  shell: ConsoleShell;
  action: string;
  version?: string | undefined;
  texts: { deleteTitle: string; deleteLead: string; delete: string };
  /** Has to be typed, in the field `confirmation`. */
  word: string;
  wordProblem?: string | undefined;
}

/** Where something is deleted for good: what follows from it, and its name to be typed. */
export function DeletePanel({ shell, action, version, texts, word, wordProblem }: DeletePanelProps) {
  return (
    <Panel id="delete" title={texts.deleteTitle} lead={texts.deleteLead} tone="danger">
      <ConfirmForm
        id="delete-form"
        action={action}
        fields={{ csrf: shell.user.csrf, do: "delete", version }}
        label={texts.delete}
        typed={{ label: shell.texts.form.typeToConfirm, word, problem: wordProblem }}
      />
    </Panel>
  );
}
