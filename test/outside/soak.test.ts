import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Runs a command to its end, whatever that is. */
const run = (args: readonly string[]): Promise<{ code: number; output: string }> =>
  new Promise((done) => {
    execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
    });
  });

it("RE-12 five seconds of mixed load on the built Worker: every answer is for its own user, realm, nonce and client", async () => {
  const { code, output } = await run(["scripts/soak.mjs", "--seconds", "5"]);
  expect(output).toContain("**every answer right; too short a run to judge slopes");
  expect(code).toBe(0);
  const rows = [...output.matchAll(/^\| ([a-z -]+) \| ([\d,]+) \| .* \| (\d+) \|$/gm)];
  const done = rows.map(([, operation, count, wrong]) => ({ operation, count: Number(count), wrong: Number(wrong) }));
  expect(done.map(({ operation }) => operation)).toEqual([
    "discovery",
    "jwks",
    "client-credentials",
    "code-loop",
    "refresh",
    "userinfo",
    "users-me",
    "introspection",
    "sign-in and out",
  ]);
  expect(done.filter(({ count, wrong }) => !(count > 0) || wrong > 0)).toEqual([]);
  // The heap was looked at, and rows were counted.
  expect(output).toMatch(/^minute 1 of 1: 0 errors, heap \d+\.\d MiB/m);
  expect(output).toMatch(/^\| objects: sessions \| \d+ /m);
}, 120_000);

it("refuses options that make no sense", async () => {
  for (const args of [
    ["--minutes", "481"],
    ["--seconds", "61"],
    ["--connections", "0"],
    ["--hours", "8"],
  ]) {
    const { code, output } = await run(["scripts/soak.mjs", ...args]);
    expect([args, code, output.includes("Usage: npm run soak")]).toEqual([args, 2, true]);
  }
});
