import type { Child } from "hono/jsx";
import { formTarget } from "../untrusted/links.ts";
import { describedBy, FieldHint, FieldProblem } from "./field-notes.tsx";

interface FormProps {
  id: string;
  action: string;
  /** Hidden fields by name; those without a value are left out. */
  fields: Readonly<Record<string, string | undefined>>;
  class?: string | undefined;
  describedBy?: string | undefined;
  /** For scripts that ask once more. */
  confirm?: string | undefined;
  children?: Child;
}

/** A form that posts `fields` and what its children add. */
export function PostForm({ id, action, fields, class: className = "stack", ...rest }: FormProps) {
  return (
    <form
      id={id}
      method="post"
      action={formTarget(action)}
      class={className}
      aria-describedby={rest.describedBy}
      data-confirm={rest.confirm}
    >
      {Object.entries(fields).map(([name, value]) =>
        value === undefined ? null : <input type="hidden" name={name} value={value} />,
      )}
      {rest.children}
    </form>
  );
}

// No account has a longer one, and a page must not grow with what a link brought along.
const maxPrefilledCharacters = 320;

interface TextFieldProps {
  name: string;
  /** Of the input, the name when left out; hint and problem are `<id>-hint` and `<id>-problem`. */
  id?: string | undefined;
  label: string;
  type: "text" | "email" | "password" | "tel" | "url" | "number" | "search" | "date";
  autocomplete:
    | "username"
    | "username webauthn"
    | "name"
    | "given-name"
    | "family-name"
    | "nickname"
    | "tel"
    | "photo"
    | "email"
    | "current-password"
    | "new-password"
    | "one-time-code"
    | "off";
  value?: string | undefined;
  hint?: string | undefined;
  problem?: string | undefined;
  /** Id of a notice elsewhere that says what is wrong with this field. */
  describedBy?: string | undefined;
  minLength?: number | undefined;
  /** May be left empty. */
  optional?: boolean | undefined;
  focused?: boolean | undefined;
}

/** The keyboard that a phone shows. */
const inputModes: Readonly<Partial<Record<TextFieldProps["autocomplete"], "email" | "numeric">>> = {
  username: "email",
  "username webauthn": "email",
  "one-time-code": "numeric",
};

const personalNames: ReadonlySet<TextFieldProps["autocomplete"]> = new Set(["name", "given-name", "family-name"]);

/** A labelled input with its hint and its problem; required unless it is optional. */
export function TextField({
  name,
  id = name,
  label,
  type,
  autocomplete,
  value,
  hint,
  problem,
  ...rest
}: TextFieldProps) {
  const isName = personalNames.has(autocomplete);
  const isInvalid = problem !== undefined || rest.describedBy !== undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <FieldHint id={id} hint={hint} />
      <FieldProblem id={id} problem={problem} />
      <input
        id={id}
        name={name}
        type={type}
        value={value?.slice(0, maxPrefilledCharacters)}
        autocomplete={autocomplete}
        required={rest.optional !== true}
        autofocus={rest.focused ?? false}
        minlength={rest.minLength}
        inputmode={type === "text" ? inputModes[autocomplete] : undefined}
        autocapitalize={isName ? "words" : "none"}
        spellcheck={isName ? undefined : false}
        dir={type === "password" ? undefined : "auto"}
        aria-invalid={isInvalid ? "true" : undefined}
        aria-describedby={describedBy({ id, hint, problem }, rest.describedBy)}
      />
    </div>
  );
}
