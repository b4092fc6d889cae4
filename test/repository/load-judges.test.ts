import { describe, expect, it } from "vitest";
import { judgeRolling, renderRolling } from "../../scripts/rolling/report.mjs";
import { judgeSurge, renderSurge } from "../../scripts/surge/report.mjs";

type Rolling = Parameters<typeof judgeRolling>[0];
type Stage = Rolling["stages"][number];
type Tally = Parameters<typeof judgeSurge>[0]["surge"][number];

const run = { operation: "refresh", count: 900, p50Ms: 8, p99Ms: 60, errors: 0 };

/** Twenty seconds with half of the requests at the newer build. */
const half = (change: Partial<Stage> = {}, ofRun: Partial<Stage["runs"][number]> = {}): Stage => ({
  name: "half",
  requests: 0.5,
  objects: 0.5,
  seconds: 20,
  firstAnswerMs: 9,
  runs: [{ ...run, answers: { older: 450, newer: 450, handedOver: 430 }, ...ofRun }],
  ...change,
});

const rolled = (stage: Stage, change: Partial<Rolling> = {}) =>
  judgeRolling({
    older: { commit: "abc1234", madeAt: "2026-11-22T09:00:00+00:00", says: "Say so" },
    statements: ["ALTER TABLE realms ADD later text"],
    seconds: 20,
    connections: 1,
    stages: [stage],
    chains: [{ name: "morning", ok: true, count: 12 }],
    logged: 0,
    ...change,
  });

describe("RE-08 the judge of two versions at once", () => {
  it("is content when both have answered, rightly, one with what the other gave out", () => {
    const report = rolled(half());
    expect(report.faults).toEqual([]);
    expect(renderRolling(report)).toContain("**every answer right, nobody turned away**");
  });

  it.each<[string, Stage, Partial<Rolling>, RegExp]>([
    [
      "one wrong answer",
      half({}, { errors: 1, firstError: "user.id is 8" }),
      {},
      /^half: refresh: 1 errors, first user/,
    ],
    ["an operation that was never done", half({}, { count: 0 }), {}, /^half: refresh was never done$/],
    ["fewer than twenty a second", half({ seconds: 50 }), {}, /^half: 18\.0 requests a second are too few$/],
    [
      "builds that kept apart",
      half({}, { answers: { older: 450, newer: 450, handedOver: 0 } }),
      {},
      /^half: nothing went from one build to the other$/,
    ],
    ["a newer build before its time", half({ requests: 0 }), {}, /^half: the newer build has answered$/],
    ["an older build after its time", half({ requests: 1 }), {}, /^half: the older build has answered$/],
    ["tables that were the same", half(), { statements: [] }, /^the tables of the older version are those of today$/],
    [
      "a broken audit log",
      half(),
      { chains: [{ name: "morning", ok: false, at: 3, why: "the entry is missing" }] },
      /^the audit log of morning breaks at 3: the entry is missing$/,
    ],
    ["errors in the log", half(), { logged: 2 }, /^2 errors in the log$/],
  ])("finds %s", (_, stage, change, fault) => {
    expect(rolled(stage, change).faults).toEqual([expect.stringMatching(fault)]);
  });
});

/** A second in which twenty came and were answered in so many milliseconds. */
const second = (ms = 10, change: Partial<Tally> = {}): Tally => ({
  offered: 20,
  unsent: 0,
  shed: 0,
  wrong: 0,
  latenciesMs: Array.from({ length: 20 }, () => ms),
  ...change,
});
const seconds = (length: number, make: (at: number) => Tally = () => second()) =>
  Array.from({ length }, (_, at) => make(at));

const surged = (stages: Partial<Record<"before" | "surge" | "after", Tally[]>>) =>
  judgeSurge({
    capacity: 40,
    perSecond: 20,
    factor: 3,
    mostAtOnce: 108,
    before: seconds(20),
    surge: seconds(20, () => second(200, { offered: 60, unsent: 20, shed: 3 })),
    after: seconds(40),
    ...stages,
  });

describe("RE-11 the judge of the surge", () => {
  it("lets a surge be slow and turn people away, if it is over within thirty seconds", () => {
    const report = surged({ after: seconds(40, (at) => second(at < 12 ? 180 : 11, { shed: at < 3 ? 1 : 0 })) });
    expect([report.faults, report.recoverySeconds]).toEqual([[], 12]);
    expect(renderSurge(report)).toContain("**got over.**");
  });

  it.each<[string, Parameters<typeof surged>[0], RegExp]>([
    [
      "one wrong answer in the surge",
      { surge: [second(200, { wrong: 1, firstWrong: "refresh: 500" })] },
      /^surge: 1 wrong answers or none, first refresh: 500$/,
    ],
    ["a refusal at the recommended rate", { before: [second(10, { shed: 1 })] }, /^1 were turned away at the recom/],
    ["a median that stays high", { after: seconds(40, () => second(16)) }, /^not as before within 30 seconds$/],
    [
      "seconds of luck between seconds of nothing",
      { after: seconds(40, (at) => second(10, at % 5 === 0 ? { latenciesMs: [] } : {})) },
      /^not as before within 30 seconds$/,
    ],
  ])("finds %s", (_, stages, fault) => {
    expect(surged(stages).faults).toEqual([expect.stringMatching(fault)]);
  });
});
