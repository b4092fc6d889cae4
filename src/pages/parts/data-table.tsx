// biome-ignore-all lint/a11y/noRedundantRoles: browsers drop the roles of table elements that are laid out as blocks.
import type { Child } from "hono/jsx";

interface Column {
  label: string;
  /** Its cells show no label on phones: buttons, and what explains itself. */
  plain?: boolean | undefined;
}

interface Row {
  /** Unique on the page. */
  id: string;
  /** One for each column; the first names the row. */
  cells: readonly Child[];
}

export interface DataTableProps {
  id: string;
  /** Says what the rows are; read out, and seen unless `captionUnseen`. */
  caption: string;
  captionUnseen?: boolean | undefined;
  /** A bare text is a label. */
  columns: readonly (Column | string)[];
  rows: readonly Row[];
  /** Stands instead of the table when there is no row. */
  empty: string;
}

/** A table that becomes one card a row on phones. */
export function DataTable({ id, caption, captionUnseen, columns, rows, empty }: DataTableProps) {
  if (rows.length === 0)
    return (
      <p id={`${id}-empty`} class="quiet">
        {empty}
      </p>
    );
  const heads = columns.map((column): Column => (typeof column === "string" ? { label: column } : column));
  return (
    <table id={id} class="table" role="table">
      <caption class={captionUnseen ? "unseen" : undefined}>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {heads.map(({ label, plain }) => (
            <th scope="col" role="columnheader">
              {plain ? <span class="unseen">{label}</span> : label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr id={row.id} role="row">
            {row.cells.map((cell, index) => (
              <Cell cell={cell} column={heads[index]} isName={index === 0} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ cell, column, isName }: { cell: Child; column: Column | undefined; isName: boolean }) {
  if (isName)
    return (
      <th scope="row" role="rowheader">
        {cell}
      </th>
    );
  return (
    <td role="cell" data-label={column === undefined || column.plain ? undefined : column.label}>
      {cell}
    </td>
  );
}
