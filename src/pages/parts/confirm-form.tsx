import type { Child } from "hono/jsx";
import { plainText } from "../untrusted/plain-text.ts";
import { PostForm, TextField } from "./form.tsx";

interface ConfirmFormProps {
  /** Of the form; its button is `<id>-button`. */
  id: string;
  action: string;
  fields: Readonly<Record<string, string | undefined>>;
  label: string;
  /** Asked for in the field `confirmation` when it cannot be taken back: `label` says what to type, `word` what it must be. */
  typed?: { label: string; word: string; problem?: string | undefined } | undefined;
  /** Further fields, above the button. */
  children?: Child;
}

/** A button for what cannot be taken back; where much is at stake, a word has to be typed first. */
export function ConfirmForm({ id, action, fields, label, typed, children }: ConfirmFormProps) {
  return (
    <PostForm id={id} action={action} fields={fields}>
      {children}
      {typed ? (
        <TextField
          id={`${id}-confirmation`}
          name="confirmation"
          label={typed.label}
          type="text"
          autocomplete="off"
          hint={plainText(typed.word, 255)}
          problem={typed.problem}
        />
      ) : null}
      <button id={`${id}-button`} type="submit" class="button danger">
        {label}
      </button>
    </PostForm>
  );
}
