import { compactCss } from "./styles.ts";

/** What the pages people work on have besides the page styles: two columns on wide screens, one on phones; logical properties only. */
export const shellStyles = compactCss(`
.shell { display: grid; grid-template-columns: minmax(0, 1fr); min-block-size: 100vh; min-block-size: 100dvh; align-content: start; }
.skip { position: absolute; inset-inline-start: -100vw; }
.skip:focus {
  inset-block-start: .5rem;
  inset-inline-start: .5rem;
  z-index: 2;
  padding: .5rem 1rem;
  border-radius: var(--radius);
  background: var(--surface);
}
.bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: .25rem 1.25rem;
  padding: .75rem 1rem;
  border-block-end: 1px solid var(--line);
  background: var(--surface);
}
.bar .brand { flex-direction: row; }
.bar .brand a { display: flex; align-items: center; gap: .75rem; color: inherit; text-decoration: none; min-block-size: 2.75rem; }
.bar .end { flex: 1 1 auto; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem 1rem; }
.places { padding: .5rem 1rem; border-block-end: 1px solid var(--line); background: var(--surface); }
.places ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
.places a { display: flex; align-items: center; min-block-size: 2.75rem; color: var(--ink); text-decoration: none; }
.places a:hover { text-decoration: underline; }
.places [aria-current] { font-weight: 620; color: var(--link); text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: .375rem; }
.places h2 { font-size: .8125rem; color: var(--muted); padding-block-start: .5rem; }
.work { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; align-content: start; padding: 1.25rem 1rem 3rem; }
.work > .head { text-align: start; }
.panel {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 1rem;
  padding: 1.25rem 1rem;
  border: 1px solid var(--line);
  border-radius: .875rem;
  background: var(--surface);
}
.panel h2 { font-size: 1.125rem; }
.panel h3 { margin: 0; font-size: 1rem; line-height: 1.4; font-weight: 620; }
.panel[data-tone=danger] { border-color: var(--danger-line); }
.panel[data-tone=danger] h2 { color: var(--danger); }
.danger { border-color: var(--danger); color: var(--danger); }
.danger:hover { border-color: var(--danger); background: var(--danger-tint); }
.panel .facts:first-child, .panel h2 + .facts { border-block-start: 0; }
.panel .facts:last-child { border-block-end: 0; padding-block-end: 0; }
.field textarea { font: .875rem/1.5 var(--mono); }
.tick { display: grid; grid-template-columns: 1.5rem minmax(0, 1fr); gap: .25rem .75rem; align-items: start; }
.tick input { inline-size: 1.25rem; block-size: 1.25rem; margin: .125rem 0 0; accent-color: var(--accent-edge); }
.tick .small { grid-column: 2; }
.line { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; }
.line > .field { flex: 1 1 12rem; }
.line > .button, .slim { inline-size: auto; }
.named { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; }
.line > .button { min-block-size: var(--control); }
.slim { min-block-size: 2.75rem; padding: .25rem .875rem; font-size: .9375rem; justify-self: start; }
.tag {
  display: inline-block;
  padding: 0 .5rem;
  border: 1px solid var(--accent-line);
  border-radius: 1rem;
  background: var(--accent-tint);
  color: var(--ink);
  font-size: .8125rem;
  font-weight: 560;
}
.tag[data-tone=danger] { border-color: var(--danger-line); background: var(--danger-tint); color: var(--danger); }

.table { inline-size: 100%; border-collapse: collapse; text-align: start; }
.table caption { text-align: start; padding-block-end: .5rem; color: var(--muted); font-size: .875rem; }
.table th, .table td { display: block; padding: 0; text-align: start; }
.table thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
.table tbody, .table tr { display: block; }
.table tbody tr { display: grid; gap: .375rem; padding-block: .875rem; border-block-start: 1px solid var(--line); }
.table tbody th { font-weight: 620; }
.table td[data-label] { display: grid; grid-template-columns: minmax(5rem, 30%) minmax(0, 1fr); gap: 0 .75rem; }
.table td:empty { display: none; }
.table td[data-label]::before { content: attr(data-label); color: var(--muted); font-size: .875rem; }

@media (min-width: 48rem) {
  .tag { white-space: nowrap; }
  .shell { grid-template-columns: 15rem minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr); }
  .bar { grid-column: 1 / -1; padding-inline: 1.5rem; }
  .bar .end { justify-content: end; }
  .places { padding: 1.5rem .75rem; border-block-end: 0; border-inline-end: 1px solid var(--line); }
  .places ul { display: grid; gap: .125rem; }
  .places h2 { padding: 1rem .75rem .25rem; }
  .places a { padding-inline: .75rem; border-radius: var(--radius); }
  .places a:hover { background: var(--accent-tint); text-decoration: none; }
  .places [aria-current] { background: var(--accent-tint); text-decoration: none; }
  .work { padding: 2rem clamp(1.5rem, 4vw, 3rem) 4rem; inline-size: 100%; max-inline-size: 52rem; }
  .work[data-width=wide] { max-inline-size: 80rem; }
  .panel { padding: 1.5rem; }
  .panel form > .button, .panel .actions > .button, .panel > .button { inline-size: auto; justify-self: start; }
  .panel .actions { display: flex; flex-wrap: wrap; }
  .panel .facts > div { grid-template-columns: 11rem minmax(0, 1fr); }
  .panel .facts dd { grid-column: 2; }
  .table { display: table; }
  .table thead { position: static; clip-path: none; display: table-header-group; }
  .table tbody { display: table-row-group; }
  .table tr, .table tbody tr { display: table-row; }
  .table th, .table td, .table td[data-label], .table td:empty { display: table-cell; padding-block: .625rem; padding-inline: 0 1rem; vertical-align: baseline; }
  .table thead th { color: var(--muted); font-size: .8125rem; font-weight: 560; padding-block: 0 .5rem; }
  .table tbody th, .table tbody td { border-block-start: 1px solid var(--line); }
  .table td[data-label]::before { content: none; }
}
`);
