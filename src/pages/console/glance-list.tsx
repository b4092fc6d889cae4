import type { ConsoleShell } from "./console-page.tsx";

/** Sums of several days; `active` is as it is now, `share` from 0 to 1. */
export interface Totals {
  signIns: number;
  failures: number;
  active: number;
  share: number | null;
  signUps: number;
}

/** `before`: the sums of so many days, to be compared with. */
export function GlanceList({
  shell,
  totals,
  before,
}: {
  shell: ConsoleShell;
  totals: Totals;
  before?: Totals & { days: number };
}) {
  const texts = shell.texts.audit.figures;
  const number = new Intl.NumberFormat(shell.frame.language, { maximumFractionDigits: 0 });
  const aDay = (sum: number | undefined) => before && texts.aDayBefore(number.format((sum ?? 0) / before.days));
  return (
    <dl class="glance">
      {[
        { term: texts.signIns, value: number.format(totals.signIns), was: aDay(before?.signIns) },
        { term: texts.failures, value: number.format(totals.failures), was: aDay(before?.failures) },
        {
          term: texts.active,
          value: number.format(totals.active),
          was: before && texts.before(number.format(before.active)),
        },
        {
          term: texts.share,
          value: shareText(totals.share, shell),
          was: before && texts.before(shareText(before.share, shell)),
        },
        { term: texts.signUps, value: number.format(totals.signUps), was: aDay(before?.signUps) },
      ].map(({ term, value, was }) => (
        <div>
          <dt>{term}</dt>
          <dd>{value}</dd>
          {was ? <dd class="was">{was}</dd> : null}
        </div>
      ))}
    </dl>
  );
}

/** As a percentage; a dash where there is none. */
export const shareText = (share: number | null, { frame }: ConsoleShell): string =>
  share === null
    ? "–"
    : new Intl.NumberFormat(frame.language, { style: "percent", maximumFractionDigits: 0 }).format(share);
