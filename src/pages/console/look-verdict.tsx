import type { ContrastPair, SchemeName } from "../look/contrast.ts";
import { compactCss } from "../look/styles.ts";
import { DataTable } from "../parts/data-table.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { formTarget } from "../untrusted/links.ts";

interface LookVerdictProps {
  pairs: readonly ContrastPair[];
  /** Of the page. */
  language: string;
  texts: ConsoleTexts;
  /** Id of the form that "take this colour" sends. */
  form: string;
  /** Where it is sent. */
  action: string;
}

const pairNames = ["background", "button", "link", "edge"] as const;

/** How well each pair of colours can be told apart, and what to change. */
export function LookVerdict({ pairs, ...rest }: LookVerdictProps) {
  const { look } = rest.texts;
  const cell = (name: string, scheme: SchemeName) => {
    const pair = pairs.find((one) => one.name === name && one.scheme === scheme);
    return pair === undefined ? null : <PairView pair={pair} {...rest} />;
  };
  return (
    <DataTable
      id="contrast"
      caption={look.contrast}
      captionUnseen
      columns={[look.pair, look.light, look.dark]}
      rows={pairNames.map((name) => ({
        id: `contrast-${name}`,
        cells: [look.pairs[name], cell(name, "light"), cell(name, "dark")],
      }))}
      empty={look.contrast}
    />
  );
}

interface PairViewProps extends Omit<LookVerdictProps, "pairs"> {
  pair: ContrastPair;
}

function PairView({ pair, language, texts: { look }, form, action }: PairViewProps) {
  const { text, ratio, neededRatio, fault, isBent } = pair;
  return (
    <div class="pair-view">
      <span class={chipClass(pair)} aria-hidden="true">
        Aa
      </span>
      <span>
        {spokenRatio(ratio, language)}{" "}
        <span class="tag" data-tone={fault === null ? undefined : "danger"}>
          {fault === null ? look.enough : look.tooLittle}
        </span>
        {isBent ? <span class="quiet small"> {look.bent(text)}</span> : null}
        {fault === null ? null : (
          <>
            {" "}
            <span class="small">{look.needed(spokenRatio(neededRatio, language))}</span>{" "}
            <button
              class="plain"
              type="submit"
              form={form}
              formaction={formTarget(`${action}#verdict`)}
              name="take"
              value={`theme.${fault.setting}=${fault.nearest}`}
            >
              {look.take(fault.nearest)}
            </button>
          </>
        )}
      </span>
    </div>
  );
}

/** "4.48:1" as the language writes numbers; never rounded up to what is needed. */
export function spokenRatio(ratio: number, language: string): string {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return `${number.format(Math.floor(ratio * 100) / 100)}:${number.format(1)}`;
}

const chipClass = ({ name, scheme }: ContrastPair): string => `chip ${name}-${scheme}`;

/** Of the verdict: every pair in its colours, which are checked ones. Logical properties only. */
export const lookVerdictStyles = (pairs: readonly ContrastPair[]): string =>
  verdictStyles +
  pairs
    .map(({ name, scheme, text, ground }) => {
      const border = name === "edge" ? text : "transparent";
      const ink = name === "edge" ? "transparent" : text;
      return `.${name}-${scheme}{color:${ink};background:${ground};border-color:${border}}`;
    })
    .join("");

const verdictStyles = compactCss(`
.pair-view { display: grid; grid-template-columns: 2.75rem minmax(0, 1fr); gap: .25rem .75rem; align-items: start; }
.chip { display: grid; place-items: center; block-size: 2rem; border: 2px solid; border-radius: .375rem; box-shadow: 0 0 0 1px var(--line); font-weight: 620; font-size: .875rem; }
.pair-view .tag { white-space: normal; }
@media (min-width: 48rem) { #contrast { table-layout: fixed; } #contrast th { overflow-wrap: break-word; } }
@media (forced-colors: active) { .chip { forced-color-adjust: none; } }
`);
