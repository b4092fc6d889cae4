import { describedBy, FieldHint } from "./field-notes.tsx";

interface Choice {
  value: string;
  label: string;
  /** Of the label, where it is not the page's. */
  language?: string | undefined;
}

interface SelectFieldProps {
  name: string;
  /** Of the element; the name when left out. */
  id?: string | undefined;
  label: string;
  choices: readonly Choice[];
  value?: string | undefined;
  hint?: string | undefined;
}

/** A labelled choice of one. */
export function SelectField({ name, id = name, label, choices, value, hint }: SelectFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <FieldHint id={id} hint={hint} />
      <select id={id} name={name} aria-describedby={describedBy({ id, hint })}>
        {choices.map((choice) => (
          <option value={choice.value} selected={choice.value === value} lang={choice.language}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}
