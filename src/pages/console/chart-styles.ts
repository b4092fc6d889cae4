import { compactCss } from "../look/styles.ts";

/** Charts: the drawing is stretched, its words are not; logical properties only. */
export const chartStyles = compactCss(`
.chart { display: grid; gap: .75rem; margin: 0; min-inline-size: 0; }
.chart + .chart { padding-block-start: 1.25rem; border-block-start: 1px solid var(--line); }
.plot { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .375rem .5rem; }
.plot svg { inline-size: 100%; block-size: 10rem; overflow: visible; }
.plot .scale, .plot .days { display: flex; justify-content: space-between; color: var(--muted); font-size: .8125rem; line-height: 1; }
.plot .scale { flex-direction: column; text-align: end; margin-block: -.375rem; min-inline-size: 2rem; }
.plot .days { grid-column: 2; }
.chart .rule { stroke: var(--line); vector-effect: non-scaling-stroke; }
.chart .hit { fill: transparent; }
.chart g:hover .hit { fill: var(--accent-tint); }
.chart rect[data-tone=accent] { fill: var(--accent-edge); }
.chart rect[data-tone=danger] { fill: var(--danger); }
.chart .curve { fill: none; stroke: var(--accent-edge); stroke-width: 4px; stroke-linecap: round; stroke-linejoin: round; vector-effect: non-scaling-stroke; pointer-events: none; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .25rem 0 0; padding: 0; list-style: none; font-size: .875rem; color: var(--muted); }
.swatch { display: inline-block; inline-size: .75rem; block-size: .75rem; border-radius: .125rem; background: var(--accent-edge); }
.swatch[data-tone=danger] { background: var(--danger); }
.glance { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1rem; margin: 0; }
.glance dt { color: var(--muted); font-size: .875rem; }
.glance dd { margin: 0; font-size: 1.625rem; font-weight: 620; line-height: 1.3; }
.glance .was { color: var(--muted); font-size: .875rem; font-weight: 400; }
`);
