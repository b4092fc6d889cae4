/** Joins the lines of a stylesheet written for readers; CSS needs none of the space around them. */
export function compactCss(css: string): string {
  return css
    .replace(/\s*\n\s*/g, "")
    .replace(/\s*([{};,])\s*/g, "$1")
    .replace(/:\s+/g, ":");
}

/** The look of every hosted page; its colours are the custom properties of `tokens.ts`. Logical properties only. */
export const pageStyles = compactCss(`
:root {
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  --control: 3rem;
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-block-size: 100vh;
  min-block-size: 100dvh;
  background: var(--surface);
  color: var(--ink);
  font: 1rem/1.5 var(--font);
  overflow-wrap: anywhere;
}
h1, h2, p, ul, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 1.625rem; line-height: 1.2; font-weight: 680; letter-spacing: -.018em; text-wrap: balance; }
/* Matras stand above and below the line, and spacing tears conjuncts apart. */
:lang(bn) body, :lang(hi) body { line-height: 1.65; }
:lang(bn) h1, :lang(hi) h1 { line-height: 1.4; letter-spacing: normal; }
h2 { font-size: 1rem; line-height: 1.4; font-weight: 620; }
p { text-wrap: pretty; }
.head p { text-wrap: balance; }
ul { list-style: none; }
a { color: var(--link); text-underline-offset: .2em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
strong { font-weight: 620; }
code { font: .9em var(--mono); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: .25rem; }
.stack { display: grid; gap: 1.25rem; justify-items: stretch; grid-template-columns: minmax(0, 1fr); }
.tight { gap: .5rem; }
.quiet { color: var(--muted); }
.small { font-size: .875rem; }

.gate {
  position: relative;
  min-block-size: 100vh;
  min-block-size: 100dvh;
  display: flex;
  flex-direction: column;
  gap: 1.75rem;
  padding: 1.75rem 1.25rem 2rem;
}
.brand { display: flex; align-items: center; gap: .75rem; font-weight: 620; min-block-size: 2.75rem; }
.brand picture { display: contents; }
.brand img { display: block; block-size: 2.75rem; inline-size: auto; max-inline-size: 100%; object-fit: contain; }
.mark {
  flex: none;
  display: inline-grid;
  place-items: center;
  inline-size: 2.375rem;
  block-size: 2.75rem;
  padding-block-start: .375rem;
  border: 1px solid var(--accent-edge);
  border-radius: 1.1875rem 1.1875rem .3125rem .3125rem;
  background: var(--accent);
  color: var(--accent-ink);
  font-size: 1.125rem;
  line-height: 1;
  font-weight: 680;
}
.aside { color: var(--muted); text-align: center; }
.aside p a { font-weight: 620; }
.away { display: inline-flex; align-items: center; gap: .25rem; }
.away svg { inline-size: .875rem; block-size: .875rem; }
.row { display: flex; flex-wrap: wrap; justify-content: center; gap: .25rem 1.25rem; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.arch { display: none; }
.account { display: grid; gap: .75rem; padding-block-start: 1.25rem; border-block-start: 1px solid var(--line); }

@media (min-width: 36rem) {
  body { background: var(--page); }
  .gate { align-items: center; gap: 1.5rem; padding-block: clamp(3rem, 11vh, 7rem) 3rem; }
  .arch {
    display: block;
    position: absolute;
    z-index: 0;
    inset-block: clamp(1rem, 5vh, 4rem) 0;
    inset-inline: calc(50% - 17rem);
    border: 1px solid var(--accent-line);
    border-block-end: 0;
    border-radius: 17rem 17rem 0 0;
    background: linear-gradient(var(--accent-tint), transparent 34rem);
  }
  .gate > :not(.arch) { position: relative; z-index: 1; }
  .brand { flex-direction: column; gap: .625rem; }
  .brand img { max-inline-size: 16rem; }
  .card {
    inline-size: 27rem;
    padding: 2.25rem;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--card-radius);
    box-shadow: var(--shadow);
  }
  .card > .stack > .head { text-align: center; }
}

.field { display: grid; gap: .375rem; }
.field label { font-weight: 560; }
.field input, .field select, .field textarea {
  inline-size: 100%;
  min-block-size: var(--control);
  padding: .5rem .875rem;
  border: 1px solid var(--field-line);
  border-radius: var(--radius);
  background: var(--field);
  color: var(--ink);
  font: inherit;
}
.field input:hover { border-color: var(--ink); }
.field input:focus-visible { border-radius: var(--radius); }
.field input[aria-invalid] { border-color: var(--danger); }
.field .problem { color: var(--danger); font-size: .875rem; font-weight: 560; }

.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  inline-size: 100%;
  min-block-size: var(--control);
  padding: .5rem 1.25rem;
  border: 1px solid var(--field-line);
  border-radius: var(--radius);
  background: transparent;
  color: var(--ink);
  font: inherit;
  font-weight: 620;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button:hover { border-color: var(--ink); background: var(--accent-tint); }
.button:focus-visible { border-radius: var(--radius); }
.primary { border-color: var(--accent-edge); background: var(--accent); color: var(--accent-ink); }
.primary:hover { border-color: var(--accent-edge); background: var(--accent-hover); }
.actions { display: grid; gap: .75rem; }
.divider { display: flex; align-items: center; gap: .75rem; }
.divider::before, .divider::after { content: ""; flex: 1; border-block-start: 1px solid var(--line); }

.notice {
  display: grid;
  grid-template-columns: 1.25rem minmax(0, 1fr);
  gap: .125rem .75rem;
  padding: .875rem 1rem;
  border: 1px solid var(--accent-line);
  border-radius: var(--radius);
  background: var(--accent-tint);
}
.notice svg { margin-block-start: .125rem; color: var(--accent-edge); }
.notice[data-tone=danger] { border-color: var(--danger-line); background: var(--danger-tint); color: var(--danger); }
.notice[data-tone=danger] svg { color: inherit; }
.notice a { color: inherit; }
.notice ul { grid-column: 2; }
svg { display: block; flex: none; inline-size: 1.25rem; block-size: 1.25rem; }

.facts { border-block: 1px solid var(--line); }
.facts > div { display: grid; gap: 0 1rem; padding-block: .75rem; }
.facts > div + div { border-block-start: 1px solid var(--line); }
.facts dt { color: var(--muted); font-size: .875rem; }
.facts dd { font-weight: 560; }
.facts dd.quiet, .facts a { font-weight: 400; }
.facts .fact { grid-template-columns: 6rem minmax(0, 1fr); padding-block: .5rem; align-items: baseline; }
.facts code { font-size: .875rem; }
.spread { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; }

.more summary { cursor: pointer; font-weight: 560; color: var(--link); }
.more form { margin-block-start: 1.25rem; }
.qr { display: block; inline-size: 13rem; block-size: 13rem; border: 1px solid var(--line); border-radius: var(--radius); }
figure.tight { justify-items: center; text-align: center; }
.codes { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .5rem 1.5rem; margin: 0; padding-inline-start: 2rem; }
.user-code code { font-size: 1.5rem; font-weight: 620; letter-spacing: .08em; white-space: nowrap; }
.problem[hidden], .stack[hidden], .button[hidden] { display: none; }
#passkey-problem { color: var(--danger); font-weight: 560; }

.ticks { display: grid; gap: .625rem; }
.ticks li { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr); gap: .75rem; }
.ticks svg { margin-block-start: .125rem; color: var(--accent-edge); }
.logo { display: block; inline-size: 3.5rem; block-size: 3.5rem; border-radius: .875rem; object-fit: contain; }
.seal {
  display: grid;
  place-items: center;
  inline-size: 3.5rem;
  block-size: 3.5rem;
  border: 1px solid var(--accent-line);
  border-radius: 50%;
  background: var(--accent-tint);
  color: var(--link);
  font-size: 1.375rem;
  font-weight: 620;
}
.seal svg { inline-size: 1.625rem; block-size: 1.625rem; }
.head { display: grid; gap: .5rem; }
.head .logo, .head .seal { margin-block-end: .5rem; }

.doors { border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden; }
.doors li + li { border-block-start: 1px solid var(--line); }
.doors a {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 1rem;
  min-block-size: var(--control);
  padding: .625rem 1rem;
  color: var(--ink);
  text-decoration: none;
}
.doors a:hover { background: var(--accent-tint); }
.doors a:focus-visible { outline-offset: -3px; border-radius: var(--radius); }
.doors svg { inline-size: 1rem; block-size: 1rem; color: var(--muted); }
[dir=rtl] .doors svg, [dir=rtl] .away svg { transform: scaleX(-1); }

@media (min-width: 36rem) {
  .card .head .logo, .card .head .seal { margin-inline: auto; }
  .pair { grid-template-columns: 1fr 1fr; }
  .account { grid-template-columns: minmax(0, 1fr) auto; align-items: center; }
}
@media (prefers-reduced-motion: no-preference) {
  .button, .field input, .doors a { transition: background-color .15s, border-color .15s; }
}
@media (forced-colors: active) {
  .mark, .seal { forced-color-adjust: none; }
}
`);

/** What stands below the card: the site's own links, and the choice of language. */
export const belowStyles = compactCss(`
.below { display: grid; gap: .5rem; justify-items: center; color: var(--muted); }
.below a { color: inherit; }
.languages { text-align: center; font-size: .875rem; }
.languages button { min-block-size: 2.75rem; padding: .25rem .375rem; border: 0; border-radius: .25rem; background: none; color: var(--muted); font: inherit; cursor: pointer; }
.languages button:hover { color: var(--ink); text-decoration: underline; text-underline-offset: .2em; }
.languages [aria-current] { color: var(--ink); font-weight: 620; }
`);
