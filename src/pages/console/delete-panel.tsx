import { ConfirmForm } from "../parts/confirm-form.tsx";
import { Panel } from "../parts/shell.tsx";
import type { ConsoleShell } from "./console-page.tsx";

interface DeletePanelProps {
  shell: ConsoleShell;
  action: string;
  version?: string | undefined;
  title: string;
  lead: string;
  submit: string;
  /** Has to be typed, in the field `confirmation`. */
  word: string;
  problem?: string | undefined;
}

/** Where something is deleted for good: what follows from it, and its name to be typed. */
export function DeletePanel({ shell, action, version, title, lead, submit, word, problem }: DeletePanelProps) {
  return (
    <Panel id="delete" title={title} lead={lead} tone="danger">
      <ConfirmForm
        id="delete-form"
        action={action}
        fields={{ csrf: shell.user.csrf, do: "delete", version }}
        label={submit}
        typed={{ label: shell.texts.form.typeToConfirm, word, problem }}
      />
    </Panel>
  );
}
