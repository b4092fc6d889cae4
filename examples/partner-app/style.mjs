// @ts-check

export const style = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1c1b22, #ece9f2);
  --soft: light-dark(#5d5a68, #aaa5b8);
  --ground: light-dark(#f5f3f8, #15131b);
  --card: light-dark(#ffffff, #1f1c28);
  --line: light-dark(#dcd8e4, #393445);
  --accent: light-dark(#6b2fb3, #c4a1f5);
  --on-accent: light-dark(#ffffff, #24123d);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 3rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif;
}
header { display: flex; align-items: center; gap: .6rem; font-weight: 650; }
.mark { width: 1.1rem; height: 1.1rem; border-radius: .35rem; background: var(--accent); transform: rotate(45deg) scale(.8); }
main { margin: 1.25rem 0; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: .9rem; }
h1 { margin: 0 0 .75rem; font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .5rem; font-size: 1.05rem; }
small { color: var(--soft); font-weight: 400; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; }
.button, button {
  display: inline-block; padding: .6rem 1.2rem; border: 1px solid var(--accent); border-radius: .6rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
}
.quiet { background: none; color: var(--accent); }
:is(.button, button):hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
a { color: var(--accent); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th { width: 11rem; color: var(--soft); font-weight: 500; }
td { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
[role="alert"] { padding: .7rem 1rem; border-left: 4px solid var(--accent); background: var(--ground); border-radius: .3rem; }
footer { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
`;
