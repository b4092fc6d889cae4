// Figures and tables as people read them.
export const EMPTY = "–";

export const number = (value, digits = 0) =>
  Number.isFinite(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : EMPTY;

export const percent = (value) => (Number.isFinite(value) ? `${number(value * 100, value < 0.1 ? 2 : 1)} %` : EMPTY);

/** Lines for a terminal: the first column to the left, the others to the right. The first row is the heading. */
export function alignTable(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return table.map((row) => row.map(pad).join("  ").trimEnd());
}

/** The same as lines of Markdown. */
export function markdownTable([heading, ...rows]) {
  const ruler = heading.map((_, column) => (column === 0 ? "---" : "--:"));
  return [heading, ruler, ...rows].map((row) => `| ${row.join(" | ")} |`);
}
