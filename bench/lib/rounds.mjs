// The order of the runs. A machine's speed drifts while it works, so every run stands between two short runs of the
// floor, and its share is taken of their mean.
import { OPERATIONS } from "../operations.mjs";
import { measure } from "./measure.mjs";
import { mean } from "./summary.mjs";

const BASELINE = { warmSeconds: 0.3, seconds: 1 };
const PREFLIGHT = { warmSeconds: 0, seconds: 0.7 };

/**
 * An operation's turns follow one another, the product's first. What fails at first sight is counted and left at that.
 * @param {{gatehouse, floor, argon2}} workers started, the product's with its realm
 * @param {{name: string, operations: object, running: object}[]} peers started, with what their operations need
 * @param settings options of the command
 * @param {(text: string) => void} say
 */
export async function measureRounds(workers, peers, settings, say) {
  const { rounds, connections } = settings;
  const full = { warmSeconds: settings.warmSeconds, seconds: settings.seconds };
  const runs = { operations: [], peers: [], floor: [], argon2: [] };

  async function runFloor() {
    const run = await measure(workers.floor, { operation: "floor", connections, ...BASELINE });
    runs.floor.push(run);
    return run;
  }

  async function runTurn({ operation, peer, worker }, round, duration) {
    const atOnce = OPERATIONS[operation].connections ?? connections;
    const orders = { operation, peer, connections: atOnce, firstUser: round * connections, ...duration };
    const run = { ...(await measure(worker, orders)), peer };
    if (peer === undefined && OPERATIONS[operation].target.hashes !== undefined) {
      const hash = await measure(workers.argon2, { ...orders, operation: "argon2" });
      run.hashes = run.cpuMicroseconds / hash.cpuMicroseconds;
      runs.argon2.push(hash);
    }
    return run;
  }

  function keep(run) {
    (run.peer === undefined ? runs.operations : runs.peers).push(run);
  }

  const able = [];
  for (const turn of turnsOf(settings.operations, workers, peers)) {
    const run = await runTurn(turn, rounds, PREFLIGHT);
    if (run.count > 0 || run.errors === 0) able.push(turn);
    else keep(run);
    if (run.errors > 0) say(`! ${nameOf(turn)}: ${run.errors} errors at first sight: ${run.firstError}`);
  }
  await runFloor();
  runs.floor.length = 0;
  runs.argon2.length = 0;

  for (let round = 0; round < rounds; round += 1) {
    let before = await runFloor();
    for (const [at] of able.entries()) {
      const turn = able[(at + round) % able.length];
      const run = await runTurn(turn, round, full);
      const after = await runFloor();
      run.ofFloor = run.perSecond / mean([before.perSecond, after.perSecond]);
      run.cpuOfFloor = run.cpuMicroseconds / mean([before.cpuMicroseconds, after.cpuMicroseconds]);
      keep({ round, ...run });
      before = after;
      const share = (run.ofFloor * 100).toFixed(2);
      say(`${round + 1}/${rounds} ${nameOf(turn)}: ${run.perSecond.toFixed(1)}/s, ${share} % of the floor`);
    }
  }
  return runs;
}

function turnsOf(operations, { gatehouse }, peers) {
  return operations.flatMap((operation) => [
    { operation, worker: gatehouse },
    ...peers
      .filter((peer) => operation in peer.operations)
      .map(({ name, running }) => ({ operation, peer: name, worker: running })),
  ]);
}

const nameOf = ({ operation, peer }) => (peer === undefined ? operation : `${peer}, ${operation}`);
