import { expect, it } from "vitest";
import { runSteps, type Step } from "../../scripts/test/run-steps.mjs";

async function run(...steps: Step[]): Promise<{ isGood: boolean; output: string }> {
  let output = "";
  const isGood = await runSteps(steps, (text) => {
    output += text;
  });
  return { isGood, output: output.replaceAll(/[\d.]+ s/g, "n s") };
}

it("prints whole outputs in the order of the list, whichever ends first", async () => {
  expect(
    await run(
      { name: "slow", commands: ["sleep 0.3", "echo one", "echo two"] },
      { name: "quick", commands: ["echo three"] },
    ),
  ).toEqual({ isGood: true, output: "── slow\none\ntwo\n✓ slow (n s)\n\n── quick\nthree\n✓ quick (n s)\n\n" });
});

it("begins nothing before what it comes after, unless that was not chosen", async () => {
  const late: Step = { name: "late", commands: ['test "$(ls -A)" && echo late'], after: ["early", "never chosen"] };
  expect(await run({ name: "early", commands: ["sleep 0.2 && echo early"] }, late)).toMatchObject({
    isGood: true,
    output: expect.stringMatching(/early\n✓ early[\s\S]*late\n✓ late/),
  });
});

it.each([
  ["the first", { first: "exit 3", second: "sleep 60" }],
  ["one whose turn it is not", { first: "sleep 60", second: "echo why; exit 3" }],
  ["a command that does not exist", { first: "no-such-command-here", second: "sleep 60" }],
  ["one that is killed", { first: "kill -9 $$", second: "sleep 60" }],
])("fails, and ends the others, with %s", async (_, { first, second }) => {
  const begun = Date.now();
  const { isGood, output } = await run(
    { name: "first", commands: [first, "echo not to be reached"] },
    { name: "second", commands: [second, "echo not to be reached"] },
    { name: "third", commands: ["echo not to be reached"], after: ["first", "second"] },
  );
  expect(isGood).toBe(false);
  expect(Date.now() - begun).toBeLessThan(30_000);
  expect(output).toContain(second.startsWith("sleep") ? "✗ first" : "why\n✗ second");
  expect(output).not.toContain("not to be reached");
});

it("says once more at the end why a step failed when others speak after it", async () => {
  const { isGood, output } = await run(
    { name: "first", commands: ["sleep 0.3; echo why; exit 3"] },
    { name: "second", commands: ["echo done"] },
  );
  expect(isGood).toBe(false);
  expect(output).toBe(
    "── first\nwhy\n✗ first (n s)\n\n── second\ndone\n✓ second (n s)\n\n── first, its end\nwhy\n✗ first\n\n",
  );
});

it("does not wait for what a step has left behind", async () => {
  const begun = Date.now();
  expect(await run({ name: "one", commands: ["sleep 40 & echo done"] })).toMatchObject({ isGood: true });
  expect(Date.now() - begun).toBeLessThan(30_000);
});
