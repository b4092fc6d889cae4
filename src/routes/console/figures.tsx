import type * as z from "zod";
import type { AppContext } from "../../http/env.ts";
import { AllFiguresPage } from "../../pages/console/all-figures-page.tsx";
import { FiguresPage } from "../../pages/console/figures-page.tsx";
import type { Totals } from "../../pages/console/glance-list.tsx";
import { statisticsAnswerSchema } from "../admin/events.ts";
import { realmsAnswerSchema } from "../admin/realms.ts";
import { read, segment } from "./admin-call.ts";
import { figuresPath, realmPath } from "./places.ts";
import { type ConsolePageEntry, inRealm } from "./visit.ts";

type Days = z.output<typeof statisticsAnswerSchema>["days"];

const ranges = [7, 30, 90] as const;
const usualRange = 30;
const dayMs = 86_400_000;
/** Each is asked for its numbers, within this one request. */
const realmsAPage = 10;

/** YYYY-MM-DD of the first of so many days up to today, in UTC. */
export const firstOfDays = (count: number): string =>
  new Date(Date.now() - (count - 1) * dayMs).toISOString().slice(0, 10);

/** The numbers of the last days up to today, the oldest first. */
async function lastDays(c: AppContext, realmId: string, count: number): Promise<Days> {
  const { value } = await read(
    c,
    `/realms/${segment(realmId)}/statistics?from=${firstOfDays(count)}`,
    statisticsAnswerSchema,
  );
  return value.days;
}

export function totalsOf(days: Days): Totals {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const signIns = sum(days.map((day) => day.sign_ins));
  const strong = sum(days.map((day) => day.second_factor_sign_ins));
  return {
    signIns,
    failures: sum(days.map((day) => day.sign_in_failures)),
    active: days.at(-1)?.active_sessions ?? 0,
    share: signIns === 0 ? null : strong / signIns,
    signUps: sum(days.map((day) => day.sign_ups)),
  };
}

/** The most frequent first; what is rarer than the first dozen is left out. */
function added(counts: readonly Readonly<Record<string, number>>[]): { label: string; count: number }[] {
  const sums = new Map<string, number>();
  for (const [label, count] of counts.flatMap((each) => Object.entries(each)))
    sums.set(label, (sums.get(label) ?? 0) + count);
  return [...sums]
    .map(([label, count]) => ({ label, count }))
    .toSorted((one, other) => other.count - one.count || one.label.localeCompare(other.label))
    .slice(0, 12);
}

/** GET /console/realms/:realm/figures?days=7|30|90 */
export const figuresPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/statistics",
  place: "figures",
  show: async (visit) => {
    const { id } = inRealm(visit).value;
    const count = ranges.find((range) => String(range) === visit.c.req.query("days")) ?? usualRange;
    const days = await lastDays(visit.c, id, count);
    return {
      build: (shell) => (
        <FiguresPage
          shell={shell}
          days={days}
          totals={totalsOf(days)}
          methods={added(days.map((day) => day.sign_ins_by_method))}
          reasons={added(days.map((day) => day.failures_by_reason))}
          ranges={ranges.map((range) => ({
            days: range,
            href: `${realmPath(id)}/figures?days=${range}`,
            current: range === count,
          }))}
        />
      ),
    };
  },
};

/** GET /console/figures?cursor=…: for those who see several realms. */
export const allFiguresPage: ConsolePageEntry = {
  needs: "POST /realms",
  place: "all-figures",
  show: async ({ c }) => {
    const cursor = c.req.query("cursor");
    const query = new URLSearchParams({ limit: String(realmsAPage), ...(cursor === undefined ? {} : { cursor }) });
    const { value } = await read(c, `/realms?${query}`, realmsAnswerSchema);
    const rows = await Promise.all(
      value.realms.map(async ({ id, name }) => ({
        id,
        href: `${realmPath(id)}/figures`,
        name,
        totals: totalsOf(await lastDays(c, id, 7)),
      })),
    );
    const nextHref = value.next_cursor && `${figuresPath}?cursor=${segment(value.next_cursor)}`;
    return {
      build: (shell) => (
        <AllFiguresPage
          shell={shell}
          rows={rows}
          firstHref={cursor === undefined ? undefined : figuresPath}
          nextHref={nextHref}
        />
      ),
    };
  },
};
