import { describe, expect, it } from "vitest";
import { judgeSoak } from "../../scripts/soak/judge.mjs";

const minutes = 480;
type Minute = Parameters<typeof judgeSoak>[0]["perMinute"][number];

/** Eight hours in which nothing happens but what `change` makes happen in a minute. */
function run(change: (at: number) => Partial<Minute> = () => ({}), length = minutes) {
  const calm = { operation: "refresh", count: 900, p50Ms: 8, p99Ms: 60, errors: 0 };
  const perMinute = Array.from(
    { length },
    (_, at): Minute => ({
      runs: [calm],
      residentMib: 300,
      productMib: 12,
      simulatorsMib: 40,
      rows: { "D1: users": 16, "objects: grants": 4_000, "D1: audit_events": at * 100 },
      ...change(at),
    }),
  );
  return judgeSoak({ minutes: length, connections: 1, perMinute });
}

const slower = (p50Ms: number, p99Ms: number): Partial<Minute> => ({
  runs: [{ operation: "refresh", count: 900, p50Ms, p99Ms, errors: 0 }],
});

describe("the judge of the soak", () => {
  it("RE-10 finds eight calm hours flat, and the audit log's growth in order", () => {
    expect(run()).toMatchObject({ isJudged: true, faults: [], operations: [{ count: 480 * 900 }] });
  });

  it("RE-10 is not misled by a warm-up, a single slow minute and noise", () => {
    const noise = (at: number): Partial<Minute> => ({
      ...slower(8 + (at % 3), at === 300 ? 2_000 : 60 + (at % 7)),
      productMib: at < 90 ? 12 + at / 10 : 21 + (at % 2),
      residentMib: at < 90 ? 200 + at : 300 + (at % 20),
      rows: { "objects: grants": Math.min(at * 500, 4_000) + (at % 90) },
    });
    expect(run(noise).faults).toEqual([]);
  });

  it.each<[string, (at: number) => Partial<Minute>, RegExp]>([
    ["a heap that leaks 0.1 MiB a minute", (at) => ({ productMib: 12 + at * 0.1 }), /^the heap grows by 38\.\d MiB$/],
    [
      "a process that leaks beside its heap",
      (at) => ({ residentMib: 300 + at }),
      /^the process grows by 383\.\d MiB of its own$/,
    ],
    ["a heap that nobody could look at", () => ({ productMib: undefined }) as never, /could not be looked at/],
    [
      "rows that stay: two a minute",
      (at) => ({ rows: { "objects: spent": 50 + at * 2 } }),
      /^objects: spent grows from \d+ to \d+$/,
    ],
    ["keys that stay", (at) => ({ rows: { "KV: keys": at * 30 } }), /^KV: keys grows/],
    [
      "a p99 that drifts by more than a fifth",
      (at) => slower(8, at < 290 ? 60 : 78),
      /^refresh: p99 drifts from 60\.0 to 78\.0 ms$/,
    ],
    ["a median that doubles", (at) => slower(at < 290 ? 12 : 26, 60), /^refresh slows down$/],
    [
      "one wrong answer in eight hours",
      (at) => ({
        runs: [
          {
            operation: "refresh",
            count: 1,
            p50Ms: 8,
            p99Ms: 60,
            errors: Number(at === 77),
            ...(at === 77 ? { firstError: "id_token.sub is 8" } : {}),
          },
        ],
      }),
      /^refresh: 1 errors, first id_token\.sub is 8$/,
    ],
  ])("RE-10 finds %s", (_, change, fault) => {
    expect(run(change).faults).toEqual([expect.stringMatching(fault)]);
  });

  it("RE-10 lets the process grow with the simulators in it", () => {
    expect(run((at) => ({ residentMib: 300 + at, simulatorsMib: 40 + at })).faults).toEqual([]);
  });

  it("RE-10 judges errors in a short run, and no slopes", () => {
    const steep = (at: number): Partial<Minute> => ({ productMib: at * 100, rows: { "objects: grants": at * 1e6 } });
    expect(run(steep, 9)).toMatchObject({ isJudged: false, faults: [] });
    expect(run(steep, 12)).toMatchObject({
      isJudged: true,
      faults: [/heap/, /grants/].map((text) => expect.stringMatching(text)),
    });
    const wrong = { runs: [{ operation: "jwks", count: 0, errors: 1, firstError: "a private key is published" }] };
    expect(run(() => wrong, 1).faults).toEqual(["jwks: 1 errors, first a private key is published"]);
  });
});
