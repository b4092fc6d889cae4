// The order of the runs. A machine's speed drifts while it works, so every run stands between two short runs of the
// floor, and its share is taken of their mean.
import { OPERATIONS } from "../operations.mjs";
import { measure } from "./measure.mjs";
import { mean } from "./summary.mjs";

const BASELINE = { warmSeconds: 0.3, seconds: 1 };
const PREFLIGHT = { warmSeconds: 0, seconds: 0.7 };

/**
 * @param {{gatehouse, floor, argon2}} workers started, the product's with its realm
 * @param settings options of the command
 * @param {(text: string) => void} say
 */
export async function measureRounds(workers, settings, say) {
  const { rounds, connections } = settings;
  const full = { warmSeconds: settings.warmSeconds, seconds: settings.seconds };
  const runs = { operations: [], floor: [], argon2: [] };

  async function runFloor() {
    const run = await measure(workers.floor, { operation: "floor", connections, ...BASELINE });
    runs.floor.push(run);
    return run;
  }

  async function runOperation(operation, round, duration) {
    const atOnce = OPERATIONS[operation].connections ?? connections;
    const orders = { operation, connections: atOnce, firstUser: round * connections, ...duration };
    const run = await measure(workers.gatehouse, orders);
    if (OPERATIONS[operation].target.hashes !== undefined) {
      const hash = await measure(workers.argon2, { ...orders, operation: "argon2" });
      run.hashes = run.cpuMicroseconds / hash.cpuMicroseconds;
      runs.argon2.push(hash);
    }
    return run;
  }

  const able = [];
  for (const operation of settings.operations) {
    const run = await runOperation(operation, rounds, PREFLIGHT);
    if (run.count > 0) able.push(operation);
    else runs.operations.push(run);
    if (run.errors > 0) say(`! ${operation}: ${run.errors} errors at first sight: ${run.firstError}`);
  }
  await runFloor();
  runs.floor.length = 0;
  runs.argon2.length = 0;

  for (let round = 0; round < rounds; round += 1) {
    let before = await runFloor();
    for (const [turn] of able.entries()) {
      const operation = able[(turn + round) % able.length];
      const run = await runOperation(operation, round, full);
      const after = await runFloor();
      run.ofFloor = run.perSecond / mean([before.perSecond, after.perSecond]);
      run.cpuOfFloor = run.cpuMicroseconds / mean([before.cpuMicroseconds, after.cpuMicroseconds]);
      runs.operations.push({ round, ...run });
      before = after;
      const share = (run.ofFloor * 100).toFixed(2);
      say(`${round + 1}/${rounds} ${operation}: ${run.perSecond.toFixed(1)}/s, ${share} % of the floor`);
    }
  }
  return runs;
}
