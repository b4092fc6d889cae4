import { safeHref } from "../untrusted/links.ts";
import type { Field } from "./field.tsx";
import { fieldId } from "./field.tsx";
import { ButtonLink } from "./parts.tsx";

interface FilterFormProps {
  id: string;
  /** The list's own address. */
  action: string;
  fields: readonly (Omit<Field, "kind"> & { readonly kind: "text" | "select" | "date" })[];
  submit: string;
  /** Shown when something is filtered. */
  clear?: string | undefined;
}

/** What a list is narrowed down by: a form that reads, so its address can be kept and passed on. */
export function FilterForm({ id, action, fields, submit, clear }: FilterFormProps) {
  return (
    <form id={id} method="get" action={safeHref(action)} class="line">
      {fields.map((field) => (
        <div class="field">
          <label for={fieldId(id, field.name)}>{field.label}</label>
          {field.kind === "select" ? (
            <select id={fieldId(id, field.name)} name={field.name}>
              {field.choices?.map(({ value, label }) => (
                <option value={value} selected={value === field.value}>
                  {label}
                </option>
              ))}
            </select>
          ) : (
            <input
              id={fieldId(id, field.name)}
              name={field.name}
              type={field.kind}
              value={field.value.slice(0, 200)}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
            />
          )}
        </div>
      ))}
      <button id={`${id}-button`} type="submit" class="button slim primary">
        {submit}
      </button>
      {clear === undefined ? null : (
        <ButtonLink id={`${id}-clear`} href={action}>
          {clear}
        </ButtonLink>
      )}
    </form>
  );
}

export type FilterField = FilterFormProps["fields"][number];
