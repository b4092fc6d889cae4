import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Chart, type ChartProps, niceTop } from "../../src/pages/console/chart.tsx";
import { renderPage } from "../../src/pages/render.ts";
import { consoleTexts } from "../../src/pages/texts/console/index.ts";
import { cookie, operate } from "../admin/support.ts";
import { eventually } from "../audit/support.ts";
import { byTag, parseHtml } from "../pages/parse-html.ts";
import { jsonBody, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { consolePath, makeOperator, type Operator } from "./support.ts";

const daysUpTo = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.UTC(2026, 7, 1 + index)).toISOString().slice(0, 10));

const drawn = (props: Pick<ChartProps, "shape" | "days" | "series"> & Partial<ChartProps>) =>
  renderPage(
    <Chart id="chart" title="Sign-ins" unit="count" language="en" texts={consoleTexts("en")} {...props} />,
  ).replace("<!doctype html>", "");

const numbers = (html: string): number[] =>
  [...html.matchAll(/ (?:x|y|width|height|d)="([^"]+)"/g)].flatMap(([, text = ""]) =>
    [...text.matchAll(/-?\d+(?:\.\d+)?(?:e\+?\d+)?|NaN|Infinity/g)].map(([number]) => Number(number)),
  );

describe("a chart", () => {
  it.each([
    ["nothing at all", [], []],
    ["one day", [7], [0]],
    ["ninety days", Array.from({ length: 90 }, (_, n) => n), Array.from({ length: 90 }, () => 1)],
    ["huge values", [0, 1, 9_007_199_254_740_991], [3, 0, 1]],
    ["only zeros", [0, 0, 0], [0, 0, 0]],
  ] as [string, number[], number[]][])(
    "of %s stays within its frame, has a word for each day, and a table",
    async (_, one, other) => {
      const days = daysUpTo(one.length);
      for (const shape of ["bars", "line"] as const) {
        const html = drawn({
          shape,
          days,
          series: [
            { label: "Sign-ins", tone: "accent", values: one },
            { label: "Failures", tone: "danger", values: other },
          ],
        });
        const all = numbers(html);
        expect(
          all.every((number) => Number.isFinite(number) && number >= 0 && number <= Math.max(100, days.length * 10)),
        ).toBe(true);
        const elements = await parseHtml(html);
        expect(byTag(elements, "title")).toHaveLength(days.length);
        expect(byTag(elements, "tr")).toHaveLength(days.length === 0 ? 0 : days.length + 1);
        expect(elements.filter(({ attributes }) => attributes.has("style"))).toEqual([]);
        const ids = elements.flatMap(({ attributes }) => attributes.get("id") ?? []);
        expect(new Set(ids).size).toBe(ids.length);
        if (shape === "bars") {
          const bars = elements.filter(({ tag, attributes }) => tag === "rect" && attributes.has("data-tone"));
          expect(bars).toHaveLength([...one, ...other].filter((value) => value > 0).length);
          for (const { attributes } of bars) expect(Number(attributes.get("height"))).toBeGreaterThanOrEqual(1);
        }
      }
    },
  );

  it("says each day's numbers in words, and leaves a gap where there is nothing to say", () => {
    const html = drawn({
      shape: "line",
      unit: "share",
      days: daysUpTo(4),
      series: [{ label: "Share", tone: "accent", values: [0.5, null, 1, 0] }],
    });
    expect(html).toContain("<title>Aug 1, 2026: Share 50%</title>");
    expect(html).toContain("<title>Aug 2, 2026: Share –</title>");
    expect(html).toContain('d="M5 50h0M25 0h0L35 100h0"');
  });

  it.each([
    [[], 2],
    [[0], 2],
    [[2], 2],
    [[3], 4],
    [[5], 10],
    [[11], 20],
    [[40], 40],
    [[41], 100],
    [[null, 999], 1000],
    [[9_007_199_254_740_991], 10_000_000_000_000_000],
  ] as [(number | null)[], number][])("of values up to %j ends at %i", (values, top) => {
    expect(niceTop(values)).toBe(top);
  });
});

let context: RealmContext;
let sysadmin: Operator;
let userId: number;
beforeAll(async () => {
  context = await makeRealm();
  sysadmin = await makeOperator(context, ["user", "admin", "sysadmin"]);
  const user = await makeUser(context);
  userId = user.id;
  await signIn(context, user);
  await request(
    `${context.realm.issuer}/api/auth/v1/login`,
    jsonBody({ email: user.email, password: "wrong-harbour-1" }),
  );
  await operate("PATCH", `/realms/${context.realm.id}/users/${userId}`, {
    roles: ["user", "admin"],
    name: "Secret Name",
  });
  const isOf = (type: string) => (event: { type: string; user?: string }) =>
    event.type === type && event.user === String(userId);
  await eventually(context.realm.id, isOf("user.signed_in"));
  await eventually(context.realm.id, isOf("user.sign_in_failed"));
});

const path = (rest: string): string => consolePath(context, rest);
const typesIn = (html: string): string[] =>
  [...html.matchAll(/<tr id="event-\d+"[^>]*><th[^>]*><code class="name">([a-z_.]+)<\/code>/g)].map(
    ([, type = ""]) => type,
  );

describe("the audit log in the console", () => {
  it("AU-01 shows who did what to whom, and of a change what was and what is", async () => {
    const page = await sysadmin.open(path(`/events?user=${userId}`));
    const told = ["user.roles_changed", "user.sign_in_failed", "user.signed_in"];
    expect(
      typesIn(page.html)
        .filter((type) => type !== "user.created")
        .toSorted(),
    ).toEqual(told);
    expect(page.html).toContain(`<a href="${path(`/users/${userId}`)}">`);
    expect(page.html).toMatch(/<code>roles<\/code>.*\[&quot;user&quot;\].*\[&quot;user&quot;,&quot;admin&quot;\]/s);
    expect(page.html).toMatch(/<code>name<\/code>.*not shown.*not shown/s);
    expect(page.html).not.toContain("Secret Name");
  });

  it.each([
    ["type=user.roles_changed", ["user.roles_changed"]],
    [`type=user.signed_in&user=qp_`, []],
    ["type=user.roles_changed&to=2001-01-01", []],
    ["type=user.roles_changed&from=2001-01-01", ["user.roles_changed"]],
    ["type=user.roles_changed&from=tomorrow&to=2026-02-30", ["user.roles_changed"]],
    ["type=user.roles_changed&actor=nobody-here", []],
  ])("is filtered by %s", async (query, types) => {
    const page = await sysadmin.open(path(`/events?${query}`));
    expect([page.status, typesIn(page.html)]).toEqual([200, types]);
  });

  it("AU-05 leads to exports of what is shown, which the session itself may fetch", async () => {
    const page = await sysadmin.open(path("/events?type=user.roles_changed"));
    for (const format of ["ndjson", "csv"]) {
      const [, href = ""] = new RegExp(`id="export-${format}"[^>]* href="([^"]+)"`).exec(page.html) ?? [];
      const response = await request(`${context.realm.issuer}${href.replaceAll("&amp;", "&")}`, {
        headers: { ...cookie(sysadmin.session), "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" },
      });
      const text = await response.text();
      expect([response.status, text.includes("user.roles_changed"), text.includes("user.signed_in")]).toEqual([
        200,
        true,
        false,
      ]);
    }
    expect(page.html).toMatch(/<dd id="chain-head">\d+<\/dd>/);
  });
});

describe("figures in the console", () => {
  it.each([7, 30, 90])("draws and lists the last %i days", async (days) => {
    const page = await sysadmin.open(path(`/figures?days=${days}`));
    const elements = await parseHtml(page.html);
    expect(byTag(elements, "svg")).toHaveLength(4);
    expect(byTag(elements, "title")).toHaveLength(1 + 4 * days);
    expect(page.html.match(/<title>.*?<\/title>/)?.[0]).not.toContain("Sign-ins ");
    const today = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" }).format(new Date());
    expect(page.html).toMatch(new RegExp(`<title>${today}: Sign-ins [2-9], Failures 1</title>`));
    expect(page.html).toMatch(/<code>pwd<\/code>.*<code>password-wrong<\/code>/s);
  });

  it("shows thirty days when asked for others", async () => {
    for (const days of ["", "0", "-1", "31", "x", "9999999"])
      expect((await sysadmin.open(path(`/figures?days=${days}`))).html).toContain(
        'id="range-30" class="button slim primary"',
      );
  });
});
