import type { Child } from "hono/jsx";
import { formTarget } from "../untrusted/links.ts";

interface FormProps {
  id: string;
  action: string;
  /** Hidden fields by name; those without a value are left out. */
  fields: Readonly<Record<string, string | undefined>>;
  class?: string | undefined;
  describedBy?: string | undefined;
  children?: Child;
}

/** A form that posts `fields` and what its children add. */
export function PostForm({ id, action, fields, class: className = "stack", describedBy, children }: FormProps) {
  return (
    <form id={id} method="post" action={formTarget(action)} class={className} aria-describedby={describedBy}>
      {Object.entries(fields).map(([name, value]) =>
        value === undefined ? null : <input type="hidden" name={name} value={value} />,
      )}
      {children}
    </form>
  );
}

// No account has a longer one, and a page must not grow with what a link brought along.
const maxPrefilledCharacters = 320;

interface TextFieldProps {
  /** Name of the field and id of its input; hint and problem are `<name>-hint` and `<name>-problem`. */
  name: string;
  label: string;
  type: "text" | "email" | "password";
  autocomplete:
    | "username"
    | "username webauthn"
    | "name"
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
  focused?: boolean | undefined;
}

/** The keyboard that a phone shows. */
const inputModes: Readonly<Partial<Record<TextFieldProps["autocomplete"], "email" | "numeric">>> = {
  username: "email",
  "username webauthn": "email",
  "one-time-code": "numeric",
};

/** A required, labelled input with its hint and its problem. */
export function TextField({ name, label, type, autocomplete, value, hint, problem, ...rest }: TextFieldProps) {
  const isName = autocomplete === "name";
  const describedBy = [rest.describedBy, problem && `${name}-problem`, hint && `${name}-hint`].filter(Boolean);
  const isInvalid = problem !== undefined || rest.describedBy !== undefined;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint ? (
        <p id={`${name}-hint`} class="quiet small">
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p id={`${name}-problem`} class="problem">
          {problem}
        </p>
      ) : null}
      <input
        id={name}
        name={name}
        type={type}
        value={value?.slice(0, maxPrefilledCharacters)}
        autocomplete={autocomplete}
        required
        autofocus={rest.focused ?? false}
        minlength={rest.minLength}
        inputmode={type === "text" ? inputModes[autocomplete] : undefined}
        autocapitalize={isName ? "words" : "none"}
        spellcheck={isName ? undefined : false}
        dir={type === "password" ? undefined : "auto"}
        aria-invalid={isInvalid ? "true" : undefined}
        aria-describedby={describedBy.length > 0 ? describedBy.join(" ") : undefined}
      />
    </div>
  );
}
