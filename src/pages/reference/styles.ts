import { compactCss } from "../look/styles.ts";

/** What the API reference adds to the page styles. */
export const referenceStyles = compactCss(`
:root { --read: #1d5c54; --write: #1f4fa3; --change: #7a4a00; --remove: #9c2121; scroll-padding-block-start: 1rem; }
@media (prefers-color-scheme: dark) {
  :root { --read: #7fd3c6; --write: #9cc0ff; --change: #f0c078; --remove: #ffb4a9; }
}
.book { display: grid; gap: 1.5rem; padding: 1.5rem 1.25rem 4rem; max-inline-size: 76rem; margin-inline: auto; grid-template-columns: minmax(0, 1fr); }
.book main, .book main > section { display: grid; gap: 1.5rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
.book .head { justify-items: start; text-align: start; }
.book h2 { font-size: 1.25rem; letter-spacing: -.01em; }
.book main > section { gap: .75rem; }
.book main > section > h2:not(.small) { padding-block-start: 1.5rem; border-block-start: 1px solid var(--line); }
.book h2.small { font-size: .875rem; letter-spacing: 0; }
.book .endpoint h2 { margin: 0; font-size: 1rem; line-height: 1.5; font-weight: 560; letter-spacing: 0; }
.book h2 a { color: inherit; text-decoration: none; }
.book h2 a:hover { text-decoration: underline; }
.book h3 { margin: 0; font-size: .875rem; font-weight: 620; display: inline-block; }
.prose, .endpoint, .endpoint section { display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr); }
.prose p, .prose ul { max-inline-size: 42rem; text-wrap: pretty; }
.prose ul { list-style: disc; padding-inline-start: 1.25rem; }
.endpoint {
  padding: 1.25rem;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: var(--radius);
  scroll-margin-block-start: 1rem;
}
.endpoint section { gap: .25rem; }
.endpoint h2 code { font-weight: 620; }
.endpoint:target { border-color: var(--accent-edge); }
.summary { font-weight: 560; }
.method { font: 700 .75rem/1 var(--mono); color: var(--change); }
.method[data-method=get], .method[data-method=head], .method[data-method=options] { color: var(--read); }
.method[data-method=post] { color: var(--write); }
.method[data-method=delete] { color: var(--remove); }
.outline .method, .endpoint h2 .method { display: inline-block; min-inline-size: 3.25rem; }
.badge {
  display: inline-block;
  padding: 0 .5rem;
  border: 1px solid var(--line);
  border-radius: 1rem;
  color: var(--muted);
  font-size: .75rem;
  line-height: 1.25rem;
  font-weight: 400;
}
.badge.strong { color: var(--ink); border-color: var(--field-line); }
.rows { display: grid; border-block-start: 1px solid var(--line); grid-template-columns: minmax(0, 1fr); }
.rows > li { display: grid; gap: .25rem; padding-block: .625rem; border-block-end: 1px solid var(--line); font-size: .9375rem; }
.rows .rows { margin-block-start: .25rem; margin-inline-start: .5rem; padding-inline-start: .75rem; border-inline-start: 2px solid var(--line); border-block-start: 0; }
.rows .rows > li:last-child { border-block-end: 0; padding-block-end: 0; }
.row-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .625rem; }
.row-name { font-weight: 620; }
.type { color: var(--muted); font: .8125rem/1.5 var(--mono); }
.values code, .prose code, .summary code { padding: .0625rem .3125rem; background: var(--accent-tint); border-radius: .25rem; }
.shapes, .content { display: grid; gap: .5rem; padding-block-start: .5rem; }
.status { font: 700 .8125rem var(--mono); color: var(--change); }
.status[data-class="2"] { color: var(--read); }
.status[data-class="3"] { color: var(--write); }
.status[data-class="5"] { color: var(--remove); }
.answer { font-size: .9375rem; }
p.answer { padding-inline-start: 1.125rem; }
summary { cursor: pointer; padding-block: .25rem; }
.contents { font-size: .875rem; align-self: start; }
.contents ul ul { padding-block-end: .5rem; padding-inline-start: .75rem; }
.contents a { display: block; padding-block: .25rem; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
.contents a:hover, .outline a:hover { text-decoration: underline; }
.contents a[aria-current] { font-weight: 620; text-decoration: underline; text-underline-offset: .25rem; }
.outline { display: grid; grid-template-columns: minmax(0, 1fr); }
.outline > li { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding-block: .25rem; font-size: .9375rem; scroll-margin-block-start: 1rem; }
.outline > li:target { background: var(--accent-tint); }
.outline a { color: inherit; text-decoration: none; overflow-wrap: anywhere; }
pre { margin: 0; padding: .875rem 1rem; white-space: pre-wrap; background: var(--page); border-radius: var(--radius); }
@media (min-width: 36rem) {
  .book .brand { flex-direction: row; }
}
@media (min-width: 60rem) {
  .book { grid-template-columns: 17rem minmax(0, 1fr); gap: 2rem 3rem; padding-block-start: 2rem; }
  .book-head { grid-column: 1 / -1; }
  .contents { position: sticky; inset-block-start: 1rem; max-block-size: calc(100vh - 2rem); overflow: auto; padding-inline-end: .5rem; }
}
`);
