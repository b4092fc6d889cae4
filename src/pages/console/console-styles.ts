import { compactCss } from "../look/styles.ts";

/** What the console has besides the shell; logical properties only. */
export const consoleStyles = compactCss(`
.plain { padding: 0; border: 0; background: none; color: var(--link); font: inherit; text-decoration: underline; cursor: pointer; }
fieldset { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
legend { padding: 0; font-weight: 560; }
fieldset .tick { margin-block-start: .375rem; }
fieldset .tick input { min-block-size: 0; padding: 0; }
.tick label { font-weight: 560; }
.code { display: grid; gap: .5rem; }
pre { margin: 0; padding: .875rem 1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--page); white-space: pre-wrap; font: .8125rem/1.55 var(--mono); }
details.more[open] > summary { margin-block-end: .75rem; }
.more form { margin-block-start: 0; }
.table form { display: inline; }
.table summary { white-space: nowrap; }
.pair { display: grid; gap: 1rem; }
.pair > * { min-inline-size: 0; align-content: start; }
@media (min-width: 64rem) { .pair { grid-template-columns: 1fr 1fr; } }
.doing { display: flex; flex-wrap: wrap; gap: .5rem; }
@media (min-width: 48rem) { .table .name { white-space: nowrap; } }
.table tbody tr[hidden], .button[hidden], .field[hidden] { display: none; }
`);
