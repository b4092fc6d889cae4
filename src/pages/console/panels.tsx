import type { Child } from "hono/jsx";
import { DataTable, type DataTableProps } from "../parts/data-table.tsx";
import { Panel } from "../parts/shell.tsx";
import { safeHref } from "../untrusted/links.ts";
import { ConsoleForm, type ConsoleFormProps, type ConsoleShell } from "./console-page.tsx";
import { ButtonLink } from "./parts.tsx";

interface Door {
  /** Of the link: `<kind>-<name>`. */
  name: string;
  label: string;
  hint: string;
  href: string;
}

/** A choice of ways on, each said in words. */
export function Doors({ kind, doors }: { kind: string; doors: readonly Door[] }) {
  return (
    <ul class="doors">
      {doors.map(({ name, label, hint, href }) => (
        <li>
          <a id={`${kind}-${name}`} href={safeHref(href)}>
            <span>
              <strong>{label}</strong>
              <br />
              <span class="quiet small">{hint}</span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

interface NewPanelProps extends Omit<ConsoleFormProps, "id"> {
  title: string;
  cancelHref: string;
}

/** The form that makes something, and the way back. */
export function NewPanel({ title, cancelHref, ...form }: NewPanelProps) {
  return (
    <Panel id="new" title={title}>
      <ConsoleForm {...form} id="new-form" />
      <ButtonLink id="cancel-link" href={cancelHref}>
        {form.shell.texts.form.cancel}
      </ButtonLink>
    </Panel>
  );
}

interface SwitchPanelProps {
  shell: ConsoleShell;
  action: string;
  version?: string | undefined;
  title: string;
  lead: string;
  disabled: boolean;
  /** Of the button: what it does, on or off. */
  on: string;
  off: string;
  /** Asked once more before it is switched off. */
  confirmOff?: string | undefined;
}

/** Where something is switched on or off. */
export function SwitchPanel({ title, lead, disabled, on, off, confirmOff, ...form }: SwitchPanelProps) {
  return (
    <Panel id="switch" title={title} lead={lead}>
      <ConsoleForm
        {...form}
        id="switch-form"
        does="switch"
        hidden={{ to: disabled ? "on" : "off" }}
        submit={disabled ? on : off}
        tone="slim"
        confirm={disabled ? undefined : confirmOff}
      />
    </Panel>
  );
}

interface TablePanelProps extends Omit<DataTableProps, "captionUnseen"> {
  lead?: string | undefined;
  /** Above the table: what narrows it down. */
  filter?: Child;
  /** Below it. */
  children?: Child;
}

/** A table in a panel of its own, whose heading is its caption. */
export function TablePanel({ lead, filter, children, ...table }: TablePanelProps) {
  return (
    <Panel id={`${table.id}-panel`} title={table.caption} lead={lead}>
      {filter}
      <DataTable {...table} captionUnseen />
      {children}
    </Panel>
  );
}
