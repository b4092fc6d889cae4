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
  /** `switchOffConfirm` is asked once more before it is switched off. */
  texts: { switchTitle: string; switchLead: string; switchOn: string; switchOff: string; switchOffConfirm?: string };
  disabled: boolean;
}

/** Where something is switched on or off. */
export function SwitchPanel({ shell, action, version, texts, disabled }: SwitchPanelProps) {
  return (
    <Panel id="switch" title={texts.switchTitle} lead={texts.switchLead}>
      <ConsoleForm
        shell={shell}
        id="switch-form"
        action={action}
        does="switch"
        version={version}
        hidden={{ to: disabled ? "on" : "off" }}
        submit={disabled ? texts.switchOn : texts.switchOff}
        tone="slim"
        confirm={disabled ? undefined : texts.switchOffConfirm}
      />
    </Panel>
  );
}

interface TablePanelProps extends Omit<DataTableProps, "captionUnseen"> {
  /** The caption, where it is left out. */
  title?: string | undefined;
  lead?: string | undefined;
  /** Above the table: what narrows it down. */
  filter?: Child;
  /** Below it. */
  children?: Child;
}

/** A table in a panel of its own, whose heading is its caption unless it has another. */
export function TablePanel({ title, lead, filter, children, ...table }: TablePanelProps) {
  return (
    <Panel id={`${table.id}-panel`} title={title ?? table.caption} lead={lead}>
      {filter}
      <DataTable {...table} captionUnseen />
      {children}
    </Panel>
  );
}
