import { isHexColor, white } from "../../lib/color.ts";
import { describedBy, FieldHint, FieldProblem } from "../parts/field-notes.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { plainText } from "../untrusted/plain-text.ts";

export interface FieldChoice {
  readonly value: string;
  readonly label: string;
}

/** What an operator fills in, as data: the name is the API's, a path with dots where it lies deeper. */
export interface Field {
  readonly name: string;
  /**
   * `lines`: one entry a line. `checks`: any of the choices. `switch`: on or off. `color`: #rrggbb, with a picker where there are
   * scripts. `picture`: an address, or there a file.
   */
  readonly kind: "text" | "secret" | "number" | "switch" | "select" | "checks" | "lines" | "json" | "color" | "picture";
  readonly label: string;
  readonly hint?: string | undefined;
  /** BCP 47 tag of label and hint, where they are the API's own words. */
  readonly language?: string | undefined;
  readonly unit?: string | undefined;
  readonly choices?: readonly FieldChoice[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly required?: boolean | undefined;
  /** Of a text of several lines: how many are seen at once, at most. */
  readonly rows?: number | undefined;
  /** As typed: "true" for a switch that is on, entries of `lines` and `checks` on lines of their own. */
  readonly value: string;
  readonly problem?: string | undefined;
  /** What holds when it is left empty, in words. */
  readonly standard?: string | undefined;
  /** Offers to go back to that. */
  readonly resettable?: boolean | undefined;
}

interface FieldViewProps {
  form: string;
  /** The form that takes a field back to its default: one of its own, for Enter presses a form's first button. */
  resetForm?: string | undefined;
  field: Field;
  texts: ConsoleTexts;
}

/** Id of a field's input: names repeat from form to form. */
export const fieldId = (form: string, name: string): string => `${form}-${name.replaceAll(/[^A-Za-z0-9_-]/g, "-")}`;

/** A labelled input of the kind that fits, with hint, default and problem. */
export function FieldView({ form, resetForm, field, texts }: FieldViewProps) {
  const id = fieldId(form, field.name);
  if (field.kind === "checks") return <ChecksView form={form} resetForm={resetForm} field={field} texts={texts} />;
  return (
    <div class={field.kind === "switch" ? "tick" : "field"} data-filtered={field.name}>
      {field.kind === "switch" ? <Input id={id} field={field} /> : null}
      <label for={id} lang={field.language}>
        {field.label}
        {field.unit ? <span class="quiet"> ({field.unit})</span> : null}
      </label>
      <About id={id} resetForm={resetForm} field={field} texts={texts} />
      {field.kind === "color" || field.kind === "picture" ? (
        <Picked id={id} field={field} texts={texts} />
      ) : field.kind === "switch" ? null : (
        <Input id={id} field={field} />
      )}
    </div>
  );
}

/** What can be typed, and beside it what it can be picked with where there are scripts (look-script.ts). */
function Picked({ id, field, texts: { look } }: { id: string; field: Field; texts: ConsoleTexts }) {
  const label = look.pick(field.label);
  return (
    <div class="picked" data-kind={field.kind}>
      <Input id={id} field={field} />
      {field.kind === "color" ? (
        <input
          type="color"
          data-picks={id}
          value={[field.value, field.standard].find(isHexColor) ?? white}
          aria-label={label}
          data-scripted
          hidden
        />
      ) : (
        <input
          type="file"
          accept="image/png,image/jpeg,image/webp,image/svg+xml"
          data-reads={id}
          data-too-large={look.tooLarge}
          aria-label={label}
          data-scripted
          hidden
        />
      )}
    </div>
  );
}

function About({ id, resetForm, field, texts }: Omit<FieldViewProps, "form"> & { id: string }) {
  const { hint, standard, resettable, problem } = field;
  return (
    <>
      <FieldHint id={id} hint={hint} language={field.language} />
      {standard === undefined ? null : (
        <p class="quiet small" id={`${id}-standard`}>
          {texts.form.standard(plainText(standard, 120))}
          {resettable && resetForm ? (
            <>
              {" "}
              <button class="plain" type="submit" form={resetForm} name="reset" value={field.name}>
                {texts.form.reset}
                <span class="unseen"> {field.label}</span>
              </button>
            </>
          ) : null}
        </p>
      )}
      <FieldProblem id={id} problem={problem && plainText(problem, 300)} />
    </>
  );
}

function Input({ id, field }: { id: string; field: Field }) {
  const common = {
    id,
    name: field.name,
    "aria-describedby": describedBy({ ...field, id }),
    "aria-invalid": field.problem ? ("true" as const) : undefined,
  };
  if (field.kind === "switch")
    return <input {...common} type="checkbox" value="true" checked={field.value === "true"} />;
  if (field.kind === "select")
    return (
      <select {...common}>
        {field.choices?.map(({ value, label }) => (
          <option value={value} selected={value === field.value}>
            {label}
          </option>
        ))}
      </select>
    );
  if (field.kind === "lines" || field.kind === "json")
    return (
      <textarea {...common} rows={rowsFor(field)} spellcheck={false} dir="auto" required={field.required ?? false}>
        {field.value}
      </textarea>
    );
  return (
    <input
      {...common}
      type={field.kind === "number" ? "number" : field.kind === "secret" ? "password" : "text"}
      placeholder={field.kind === "color" ? [field.standard].find(isHexColor) : undefined}
      value={field.value}
      min={field.min}
      max={field.max}
      required={field.required ?? false}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      dir={field.kind === "text" ? "auto" : field.kind === "color" || field.kind === "picture" ? "ltr" : undefined}
    />
  );
}

const rowsFor = ({ value, rows = 12 }: Field): number => Math.min(rows, Math.max(2, value.split("\n").length + 1));

/** One box for each choice; each is a field of its own, for no form of ours sends a name twice. */
function ChecksView({ form, resetForm, field, texts }: FieldViewProps) {
  const id = fieldId(form, field.name);
  const chosen = field.value.split("\n");
  return (
    <fieldset class="field" aria-describedby={describedBy({ ...field, id })} data-filtered={field.name}>
      <legend lang={field.language}>{field.label}</legend>
      <About id={id} resetForm={resetForm} field={field} texts={texts} />
      {field.choices?.map(({ value, label }) => {
        const name = checkName(field.name, value);
        return (
          <div class="tick">
            <input id={fieldId(form, name)} type="checkbox" name={name} value="true" checked={chosen.includes(value)} />
            <label for={fieldId(form, name)}>{label}</label>
          </div>
        );
      })}
    </fieldset>
  );
}

/** Under which the box for one choice is sent. */
export const checkName = (field: string, choice: string): string => `${field}=${choice}`;
