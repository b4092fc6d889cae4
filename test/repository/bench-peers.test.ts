import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { besideFaults, besideNotes, besideTable } from "../../bench/lib/beside.mjs";
import { renderReport, writeMeasured } from "../../bench/lib/report.mjs";
import { judge, summarize } from "../../bench/lib/summary.mjs";
import { OPERATIONS } from "../../bench/operations.mjs";
import { PEERS } from "../../bench/peers/all.mjs";

const folder = resolve(import.meta.dirname, "../../bench/peers");
const bundle = (entryKib: number, allKib: number) => ({
  entry: { bytes: entryKib * 4096, gzipBytes: entryKib * 1024 },
  all: { bytes: allKib * 4096, gzipBytes: allKib * 1024 },
});
const run = (operation: string, ofFloor: number, cpuOfFloor: number, errors = 0) => ({
  operation,
  ofFloor,
  cpuOfFloor,
  errors,
  ...(errors > 0 ? { firstError: "POST /token: 500" } : {}),
});

const slow = [run("jwks", 0.05, 20), run("jwks", 0.03, 22), run("jwks", 0.04, 24)];
const failing = [
  run("refresh", 0.4, 2, 3),
  { operation: "jwks", count: 0, perSecond: 0, errors: 100, firstError: "404" },
];
const peer = { versions: { one: "1.2.3" }, about: "a Worker", notes: { refresh: "opaque", discovery: "elsewhere" } };
const measured = {
  at: "2026-11-22T12:00:00.000Z",
  machine: { cores: 2, node: "v24", state: "tmpfs" },
  settings: { connections: 16, rounds: 3, seconds: 3 },
  bundle: bundle(150, 640),
  startUp: { floor: { readyMs: 100, firstAnswerMs: 2 }, gatehouse: { readyMs: 500, firstAnswerMs: 3.44 } },
  floor: { operation: "floor", perSecond: 1_000, min: 900, max: 1_100 },
  operations: summarize([run("jwks", 0.8, 1.2), run("refresh", 0.18, 7)]),
  logLines: [],
  peers: [
    {
      ...peer,
      name: "slow",
      bundle: bundle(310, 310),
      startUp: { readyMs: 1_180, firstAnswerMs: 1.5 },
      operations: summarize(slow),
    },
    { ...peer, name: "failing", startUp: {}, operations: summarize(failing) },
    { ...peer, name: "absent", startUp: {}, failure: "does not build", operations: [] },
  ],
};
const report = { ...measured, verdicts: judge(measured) };

describe("the bench beside its peers", () => {
  it("has a column for each service, and an empty cell for what a service has not", () => {
    expect(besideTable(report)).toEqual([
      ["", "Gatehouse", "slow", "failing", "absent"],
      ["jwks", "80.0 %, 1.2 ×", "4.00 %, 22.0 ×", "failed !", "–"],
      ["refresh", "18.0 %, 7.0 ×", "–", "40.0 %, 2.0 × !", "–"],
      ["bundle, KiB gzip", "150 of 640", "310", "–", "–"],
      ["ready, ms", "500", "1,180", "–", "–"],
      ["from ready to first 200, ms", "3.4", "1.5", "–", "–"],
    ]);
  });

  it("tells what peers are, notes on what was measured, and every fault of theirs", () => {
    expect(besideNotes(report)[0]).toBe("slow (one 1.2.3): a Worker; refresh: opaque.");
    expect(besideFaults(report)).toEqual([
      "! absent was left out: does not build",
      "! failing, refresh: 3 errors, the first: POST /token: 500",
      "! failing, jwks: 100 errors, the first: 404",
    ]);
  });

  it("judges the product alone", () => {
    expect(report.verdicts).toMatchObject(
      ["jwks", "refresh", "bundle", "first-answer"].map((name) => ({ name, failed: false })),
    );
  });

  it("is written into its own place, and left there by a run without peers", () => {
    const home = mkdtempSync(join(tmpdir(), "bench-"));
    const file = join(home, "page.md");
    try {
      writeFileSync(file, "# A\n<!-- measured -->\n<!-- /measured -->\n# B\n<!-- beside -->\n<!-- /beside -->\n# C\n");
      writeMeasured(file, report);
      const both = readFileSync(file, "utf8");
      expect(both).toMatch(
        /^# A\n[\s\S]*\n\| jwks \| [\s\S]*\n# B\n[\s\S]*\n\| jwks \| 80\.0 %, 1\.2 × \| [\s\S]*\n# C\n$/,
      );
      writeMeasured(file, { ...report, at: "2027-01-01T00:00:00.000Z", peers: [] });
      const [own, beside] = readFileSync(file, "utf8").split("# B");
      expect(own).toContain("Measured on 2027-01-01.");
      expect(beside).toBe(both.split("# B")[1]);
      expect(renderReport({ ...report, peers: [] })).not.toContain("Gatehouse");
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

describe("every peer", () => {
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));

  it.each(Object.entries(PEERS))(
    "%s does what ours do, from locked packages",
    (_, { operations, packages, ...rest }) => {
      expect(Object.keys(operations).filter((name) => !(name in OPERATIONS))).toEqual([]);
      expect(existsSync(join(folder, "worker" in rest ? rest.worker : rest.server))).toBe(true);
      for (const name of packages) {
        const version = read("package.json").dependencies[name];
        expect(version).toMatch(/^\d+\.\d+\.\d+$/);
        expect(read("package-lock.json").packages[`node_modules/${name}`].version).toBe(version);
      }
    },
  );
});
