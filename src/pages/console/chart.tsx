import { DataTable } from "../parts/data-table.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";

export interface ChartSeries {
  label: string;
  tone: "accent" | "danger";
  /** One for each day; null where there is nothing to be said. A share is from 0 to 1. */
  values: readonly (number | null)[];
}

export interface ChartProps {
  /** Of the figure. */
  id: string;
  title: string;
  shape: "bars" | "line";
  unit: "count" | "share";
  /** YYYY-MM-DD, in UTC. */
  days: readonly string[];
  series: readonly ChartSeries[];
  language: string;
  texts: ConsoleTexts;
}

/** Units of the drawing, which is stretched to the page: a day is so wide, and the highest value so high. */
const slot = 10;
const height = 100;

/** The numbers of each day, drawn on the server and once more as a table. */
export function Chart({ id, title, shape, unit, days, series, language, texts }: ChartProps) {
  const { figures } = texts.audit;
  const format = formatOf(unit, language);
  const top = unit === "share" ? 1 : niceTop(series.flatMap(({ values }) => values));
  const width = Math.max(1, days.length) * slot;
  return (
    <figure id={id} class="chart">
      <figcaption>
        <h3 id={`${id}-title`}>{title}</h3>
        {series.length > 1 ? <Legend series={series} /> : null}
      </figcaption>
      <div class="plot" dir="ltr">
        <div class="scale" aria-hidden="true">
          {[top, top / 2, 0].map((value) => (
            <span>{format(value)}</span>
          ))}
        </div>
        <svg
          role="img"
          aria-label={title}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          focusable="false"
        >
          {[0, 0.5, 1].map((part) => (
            <path class="rule" d={`M0 ${part * height}h${width}`} />
          ))}
          {shape === "line" ? series.map((one) => <Line series={one} top={top} />) : null}
          {days.map((day, index) => (
            <g>
              <title>{`${dayText(day, language, "medium")}: ${series
                .map(({ label, values }) => `${label} ${format(values[index] ?? null)}`)
                .join(", ")}`}</title>
              <rect class="hit" x={index * slot} y={0} width={slot} height={height} />
              {shape === "bars" ? <Bars series={series} index={index} top={top} /> : null}
            </g>
          ))}
        </svg>
        <div class="days" aria-hidden="true">
          {edgesOf(days).map((day) => (
            <span>{dayText(day, language, "short")}</span>
          ))}
        </div>
      </div>
      <details class="more">
        <summary>
          {figures.numbers}
          <span class="unseen"> {title}</span>
        </summary>
        <DataTable
          id={`${id}-table`}
          caption={title}
          captionUnseen
          columns={[figures.day, ...series.map(({ label }) => label)]}
          rows={days.map((day, index) => ({
            id: `${id}-${day}`,
            cells: [dayText(day, language, "medium"), ...series.map(({ values }) => format(values[index] ?? null))],
          }))}
          empty={figures.nothing}
        />
      </details>
    </figure>
  );
}

const Legend = ({ series }: { series: readonly ChartSeries[] }) => (
  <ul class="legend">
    {series.map(({ label, tone }) => (
      <li>
        <span class="swatch" data-tone={tone} /> {label}
      </li>
    ))}
  </ul>
);

function Bars({ series, index, top }: { series: readonly ChartSeries[]; index: number; top: number }) {
  const width = (slot * 0.8) / series.length;
  return (
    <>
      {series.map(({ values, tone }, place) => {
        const value = values[index] ?? 0;
        // One among thousands is still to be seen.
        const tall = value <= 0 ? 0 : Math.max(1, (value / top) * height);
        if (tall === 0) return null;
        const x = index * slot + slot * 0.1 + place * width;
        return (
          <rect data-tone={tone} x={short(x)} y={short(height - tall)} width={short(width)} height={short(tall)} />
        );
      })}
    </>
  );
}

/** Points without a value are gaps, and one between two gaps is a dot. */
function Line({ series: { values, tone }, top }: { series: ChartSeries; top: number }) {
  const parts = values.map((value, index) => {
    if (value === null) return "";
    const before = index === 0 ? null : (values[index - 1] ?? null);
    return `${before === null ? "M" : "L"}${index * slot + slot / 2} ${short(height - (value / top) * height)}h0`;
  });
  return <path class="curve" data-tone={tone} d={parts.join("") || "M0 0"} />;
}

const short = (value: number): number => Math.round(value * 100) / 100;

/** The end of the axis: 2, 4 or 10 times a power of ten, so that its half is a round number too. */
export function niceTop(values: readonly (number | null)[]): number {
  const most = Math.max(2, ...values.map((value) => value ?? 0));
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 10].map((times) => times * power).find((top) => top >= most && top >= 2) ?? power * 10;
}

function formatOf(unit: ChartProps["unit"], language: string): (value: number | null) => string {
  const options: Intl.NumberFormatOptions =
    unit === "share"
      ? { style: "percent", maximumFractionDigits: 0 }
      : { notation: "compact", maximumFractionDigits: 1 };
  const format = new Intl.NumberFormat(language, options);
  return (value) => (value === null ? "–" : format.format(value));
}

function dayText(day: string, language: string, length: "short" | "medium"): string {
  const options: Intl.DateTimeFormatOptions =
    length === "medium" ? { dateStyle: "medium" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** The first, the middle and the last day, as far as they differ. */
const edgesOf = (days: readonly string[]): string[] => [
  ...new Set([0, Math.floor((days.length - 1) / 2), days.length - 1].flatMap((index) => days[index] ?? [])),
];
