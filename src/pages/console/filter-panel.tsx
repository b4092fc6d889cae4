import { Panel } from "../parts/shell.tsx";
import { safeHref } from "../untrusted/links.ts";
import type { ConsoleShell } from "./console-page.tsx";
import { type Field, fieldId } from "./field.tsx";
import { ButtonLink } from "./parts.tsx";

export type FilterField = Omit<Field, "kind"> & { readonly kind: "text" | "select" | "date" };

interface FilterPanelProps {
  shell: ConsoleShell;
  /** The list's own address. */
  action: string;
  filters: readonly FilterField[];
  isFiltered: boolean;
}

const id = "filter-form";

/** What a list is narrowed down by: a form that reads, so its address can be kept and passed on. */
export function FilterPanel({ shell, action, filters, isFiltered }: FilterPanelProps) {
  const { list } = shell.texts;
  return (
    <Panel id="filter" title={list.filters}>
      <form id={id} method="get" action={safeHref(action)} class="line">
        {filters.map((field) => (
          <FilterView field={field} />
        ))}
        <button id={`${id}-button`} type="submit" class="button slim primary">
          {list.show}
        </button>
        {isFiltered ? (
          <ButtonLink id={`${id}-clear`} href={action}>
            {list.showAll}
          </ButtonLink>
        ) : null}
      </form>
    </Panel>
  );
}

function FilterView({ field }: { field: FilterField }) {
  const { name, label, kind, value } = field;
  return (
    <div class="field">
      <label for={fieldId(id, name)}>{label}</label>
      {kind === "select" ? (
        <select id={fieldId(id, name)} name={name}>
          {field.choices?.map((choice) => (
            <option value={choice.value} selected={choice.value === value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={fieldId(id, name)}
          name={name}
          type={kind}
          value={value.slice(0, 200)}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
      )}
    </div>
  );
}
