// The load, in a process of its own: a closed loop over some connections, each with one request in flight.
// Gets its orders as one message from measure.mjs and answers with one message.
import { BASELINES, OPERATIONS } from "../operations.mjs";
import { PEERS } from "../peers/all.mjs";
import { Connection } from "./connection.mjs";
import { cpuMicroseconds, machineMicroseconds } from "./process.mjs";

const ERRORS_TOLERATED = 100;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

process.once("message", async (orders) => {
  process.send(await load(orders), () => process.exit(0));
});

async function load(orders) {
  const { operation, peer, port, host, realm, firstUser, connections, warmSeconds, seconds, processId, restMs } =
    orders;
  const { start } = (peer === undefined ? { ...OPERATIONS, ...BASELINES } : PEERS[peer].operations)[operation];
  const errors = { count: 0, first: undefined };
  let latenciesMs = [];
  let running = true;
  let measuring = false;

  function fail(error) {
    errors.count += 1;
    errors.first ??= String(error?.message ?? error);
    if (errors.count >= ERRORS_TOLERATED) running = false;
  }

  async function drive(connection, context) {
    while (running) {
      try {
        const step = await start(connection, context);
        while (running) {
          const startedAt = performance.now();
          await step();
          if (measuring) latenciesMs.push(performance.now() - startedAt);
          if (restMs !== undefined) await pause(restMs);
        }
      } catch (error) {
        fail(error);
        connection.close();
        await pause(20);
      }
    }
  }

  const drivers = Array.from({ length: connections }, (_, index) => {
    const user = realm?.users[(firstUser + index) % realm.users.length];
    return drive(new Connection({ port, host }), { realm, user });
  });
  await pause(warmSeconds * 1000);

  const clock = () => {
    const own = process.cpuUsage();
    return {
      seconds: performance.now() / 1000,
      worker: cpuMicroseconds(processId),
      machine: machineMicroseconds(),
      client: own.user + own.system,
    };
  };
  const before = clock();
  latenciesMs = [];
  measuring = true;
  await pause(seconds * 1000);
  measuring = false;
  const after = clock();
  const elapsedSeconds = after.seconds - before.seconds;
  const microseconds = (whose) => after[whose] - before[whose];
  const cores = (time) => time / 1e6 / elapsedSeconds;
  running = false;
  await Promise.race([Promise.all(drivers), pause(5_000)]);

  const count = latenciesMs.length;
  const sorted = Float64Array.from(latenciesMs).sort();
  return {
    operation,
    count,
    perSecond: count / elapsedSeconds,
    p50Ms: sorted[Math.floor(count * 0.5)],
    p99Ms: sorted[Math.floor(count * 0.99)],
    cpuMicroseconds: count === 0 ? undefined : microseconds("worker") / count,
    clientCores: cores(microseconds("client")),
    otherCores: cores(microseconds("machine") - microseconds("worker") - microseconds("client")),
    errors: errors.count,
    firstError: errors.first,
  };
}
