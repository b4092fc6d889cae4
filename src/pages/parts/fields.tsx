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
      {hint ? (
        <p id={`${id}-hint`} class="quiet small">
          {hint}
        </p>
      ) : null}
      <select id={id} name={name} aria-describedby={hint ? `${id}-hint` : undefined}>
        {choices.map((choice) => (
          <option value={choice.value} selected={choice.value === value} lang={choice.language}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

interface CheckFieldProps {
  name: string;
  id?: string | undefined;
  label: string;
  value?: string | undefined;
  checked?: boolean | undefined;
  hint?: string | undefined;
}

/** A labelled box to tick; sends `value` ("true" when left out) or nothing. */
export function CheckField({ name, id = name, label, value = "true", checked, hint }: CheckFieldProps) {
  return (
    <div class="tick">
      <input
        id={id}
        type="checkbox"
        name={name}
        value={value}
        checked={checked ?? false}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      <label for={id}>{label}</label>
      {hint ? (
        <p id={`${id}-hint`} class="quiet small">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

interface TextAreaFieldProps {
  name: string;
  id?: string | undefined;
  label: string;
  value?: string | undefined;
  hint?: string | undefined;
  problem?: string | undefined;
  rows?: number | undefined;
}

/** A labelled field of several lines, such as one address a line, or JSON. */
export function TextAreaField({ name, id = name, label, value, hint, problem, rows = 4 }: TextAreaFieldProps) {
  const describedBy = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint ? (
        <p id={`${id}-hint`} class="quiet small">
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p id={`${id}-problem`} class="problem">
          {problem}
        </p>
      ) : null}
      <textarea
        id={id}
        name={name}
        rows={rows}
        spellcheck={false}
        dir="auto"
        aria-invalid={problem ? "true" : undefined}
        aria-describedby={describedBy.length > 0 ? describedBy.join(" ") : undefined}
      >
        {value}
      </textarea>
    </div>
  );
}
