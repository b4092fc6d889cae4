import type { Count, DailyCountStore } from "../../storage/d1/daily-count-store.ts";
import type { Metric } from "./counts.ts";

type Labelled = Readonly<Record<string, number>>;

/** What happened on a day, as the console draws it. Names are those of the wire. */
export interface DayNumbers {
  readonly day: string;
  readonly sign_ins: number;
  readonly sign_ins_by_method: Labelled;
  readonly sign_in_failures: number;
  readonly failures_by_reason: Labelled;
  readonly sign_ups: number;
  readonly second_factor_sign_ins: number;
  readonly second_factor_share: number | null;
  readonly active_sessions: number;
  readonly sessions_opened: number;
  readonly sessions_ended: Labelled;
  readonly kicks: number;
  readonly theft_signs: number;
  readonly tokens_by_grant: Labelled;
  readonly tokens_by_client: Labelled;
}

const dayMs = 86_400_000;

/** So many days from the first one on (YYYY-MM-DD), also those on which nothing happened. */
export async function statisticsOf(store: DailyCountStore, from: string, days: number): Promise<DayNumbers[]> {
  const names = Array.from({ length: days }, (_, n) =>
    new Date(Date.parse(from) + n * dayMs).toISOString().slice(0, 10),
  );
  const [counts, earlier] = await Promise.all([
    store.between(from, names.at(-1) ?? from),
    store.sumsBefore(from, ["sessions_opened", "sessions_ended"]),
  ]);
  const byDay = Map.groupBy(counts, ({ day }) => day);
  let active = (earlier.get("sessions_opened") ?? 0) - (earlier.get("sessions_ended") ?? 0);
  return names.map((day) => {
    const numbers = numbersOf(day, byDay.get(day) ?? []);
    active += numbers.sessions_opened - total(numbers.sessions_ended);
    return { ...numbers, active_sessions: Math.max(0, active) };
  });
}

function numbersOf(day: string, counts: readonly Count[]): Omit<DayNumbers, "active_sessions"> {
  const of = (metric: Metric, label = (whole: string): string => whole): Labelled => {
    const sums: Record<string, number> = {};
    for (const count of counts)
      if (count.metric === metric) sums[label(count.label)] = (sums[label(count.label)] ?? 0) + count.count;
    return sums;
  };
  const methods = of("sign_ins");
  const reasons = of("sign_in_failures");
  const [signIns, withSecond] = [total(methods), total(of("second_factor_sign_ins"))];
  return {
    day,
    sign_ins: signIns,
    sign_ins_by_method: methods,
    sign_in_failures: total(reasons),
    failures_by_reason: reasons,
    sign_ups: total(of("sign_ups")),
    second_factor_sign_ins: withSecond,
    second_factor_share: signIns === 0 ? null : withSecond / signIns,
    sessions_opened: total(of("sessions_opened")),
    sessions_ended: of("sessions_ended"),
    kicks: total(of("kicks")),
    theft_signs: total(of("theft_signs")),
    tokens_by_grant: of("tokens", (label) => label.slice(0, label.indexOf("|"))),
    tokens_by_client: of("tokens", (label) => label.slice(label.indexOf("|") + 1)),
  };
}

const total = (counts: Labelled): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
