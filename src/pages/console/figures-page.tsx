import { Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { Chart } from "./chart.tsx";
import { ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { GlanceList, type Totals } from "./glance-list.tsx";
import { TablePanel } from "./panels.tsx";
import { ButtonLink } from "./parts.tsx";

/** One day of a realm. */
export interface DayFigures {
  /** YYYY-MM-DD, in UTC. */
  day: string;
  sign_ins: number;
  sign_in_failures: number;
  sign_ups: number;
  second_factor_share: number | null;
  active_sessions: number;
  sessions_opened: number;
}

type Labelled = readonly { label: string; count: number }[];

export interface FiguresPageProps {
  shell: ConsoleShell;
  days: readonly DayFigures[];
  totals: Totals;
  methods: Labelled;
  reasons: Labelled;
  ranges: readonly { days: number; href: string; current: boolean }[];
}

/** A realm by its numbers: drawn, and as tables. */
export function FiguresPage({ shell, days, totals, methods, reasons, ranges }: FiguresPageProps) {
  const texts = shell.texts.audit.figures;
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead} wide>
      <nav class="doing" aria-label={texts.range}>
        {ranges.map((range) => (
          <ButtonLink id={`range-${range.days}`} href={range.href} primary={range.current}>
            {texts.days(range.days)}
          </ButtonLink>
        ))}
      </nav>
      <Glance shell={shell} totals={totals} />
      <Panel id="charts" title={texts.byDay}>
        <SignInChart shell={shell} days={days} />
        <MoreCharts shell={shell} days={days} />
      </Panel>
      <LabelTable shell={shell} id="methods" title={texts.methods} label={texts.method} rows={methods} />
      <LabelTable shell={shell} id="reasons" title={texts.reasons} label={texts.reason} rows={reasons} />
    </ConsolePage>
  );
}

/** What a realm's overview says of its numbers. */
export function FiguresPanel({
  shell,
  days,
  today,
  before,
  href,
}: DaysProps & { today: Totals; before: Totals; href: string }) {
  const texts = shell.texts.audit.figures;
  return (
    <Panel id="lately" title={texts.today}>
      <GlanceList shell={shell} totals={today} before={{ ...before, days: days.length - 1 }} />
      <SignInChart shell={shell} days={days} />
      <p>
        <ButtonLink id="figures-link" href={href}>
          {texts.all}
        </ButtonLink>
      </p>
    </Panel>
  );
}

/** The few numbers that one looks for first. */
const Glance = ({ shell, totals }: { shell: ConsoleShell; totals: Totals }) => (
  <Panel id="glance" title={shell.texts.audit.figures.summary}>
    <GlanceList shell={shell} totals={totals} />
  </Panel>
);

interface DaysProps {
  shell: ConsoleShell;
  days: readonly DayFigures[];
}

/** Sign-ins beside failures. */
function SignInChart({ shell, days }: DaysProps) {
  const texts = shell.texts.audit.figures;
  return (
    <Chart
      id="chart-sign-ins"
      title={texts.chartSignIns}
      shape="bars"
      unit="count"
      days={days.map(({ day }) => day)}
      series={[
        { label: texts.signIns, tone: "accent", values: days.map((day) => day.sign_ins) },
        { label: texts.failures, tone: "danger", values: days.map((day) => day.sign_in_failures) },
      ]}
      language={shell.frame.language}
      texts={shell.texts}
    />
  );
}

function MoreCharts({ shell, days }: DaysProps) {
  const texts = shell.texts.audit.figures;
  const charts = [
    { id: "active", title: texts.chartActive, label: texts.active, shape: "line", figure: "active_sessions" },
    { id: "share", title: texts.chartShare, label: texts.share, shape: "line", figure: "second_factor_share" },
    {
      id: "sessions",
      title: texts.chartSessions,
      label: texts.sessionsOpened,
      shape: "bars",
      figure: "sessions_opened",
    },
  ] as const;
  return (
    <>
      {charts.map(({ id, title, label, shape, figure }) => (
        <Chart
          id={`chart-${id}`}
          title={title}
          shape={shape}
          unit={id === "share" ? "share" : "count"}
          days={days.map(({ day }) => day)}
          series={[{ label, tone: "accent", values: days.map((day) => day[figure]) }]}
          language={shell.frame.language}
          texts={shell.texts}
        />
      ))}
    </>
  );
}

interface LabelTableProps {
  shell: ConsoleShell;
  id: string;
  title: string;
  label: string;
  rows: Labelled;
}

function LabelTable({ shell, id, title, label, rows }: LabelTableProps) {
  const texts = shell.texts.audit.figures;
  const number = new Intl.NumberFormat(shell.frame.language);
  return (
    <TablePanel
      id={id}
      caption={title}
      columns={[label, texts.count]}
      rows={rows.map((row, index) => ({
        id: `${id}-${index}`,
        cells: [<code>{plainText(row.label)}</code>, number.format(row.count)],
      }))}
      empty={texts.nothing}
    />
  );
}
