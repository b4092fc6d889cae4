// What happened, as people read it: on a terminal, and as the measured part of docs/chaos.md.
import { MODES } from "./control.mjs";
import { isBad } from "./run-operation.mjs";

const ENDS = ["unanswered", "refused", "answered, then died", "answered"];

/** `GRANTS.get, DB.all × 3` */
function stepsInWords(steps) {
  const runs = [];
  for (const name of steps) {
    const last = runs.at(-1);
    if (last?.name === name) last.count += 1;
    else runs.push({ name, count: 1 });
  }
  return runs.map(({ name, count }) => (count === 1 ? `\`${name}\`` : `\`${name}\` × ${count}`)).join(", ");
}

export function renderChaos({ seed, modes, results, kills, seconds }) {
  const all = results.flatMap(({ outcomes }) => outcomes);
  const bad = all.filter(isBad);
  const count = (outcomes, ended) => outcomes.filter((outcome) => outcome.ended === ended).length;
  const row = (name, steps, outcomes) =>
    `| ${[
      name,
      steps,
      outcomes.filter(({ mode }) => MODES[mode].kill).length,
      outcomes.filter(({ mode }) => !MODES[mode].kill).length,
      ...ENDS.map((ended) => count(outcomes, ended)),
      outcomes.filter(isBad).length,
    ].join(" | ")} |`;
  return [
    `Seed ${seed}, modes ${modes.join(", ")}: ${all.length} runs, ${kills} restarts, ${Math.round(seconds)} s. ${
      bad.length === 0 ? "No violation." : `${bad.length} VIOLATIONS.`
    }`,
    "",
    `| operation | steps | kills | faults | ${ENDS.join(" | ")} | violations |`,
    "| --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ...results.map(({ operation, steps, outcomes }) => row(operation.name, steps.length, outcomes)),
    row(
      "**all**",
      results.reduce((sum, { steps }) => sum + steps.length, 0),
      all,
    ),
    "",
    "| operation | its steps | what must hold |",
    "| --- | --- | --- |",
    ...results.map(({ operation, steps }) => `| ${operation.name} | ${stepsInWords(steps)} | ${operation.says} |`),
    ...results.flatMap(({ operation, outcomes }) =>
      outcomes
        .filter(isBad)
        .map(
          ({ mode, n, step, violations }) => `\n- ${operation.name}, ${mode} ${n} (${step}): ${violations.join("; ")}`,
        ),
    ),
  ].join("\n");
}
