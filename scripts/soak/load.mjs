// The load, in a process of its own. Measures a stretch for each message `{ warmSeconds, seconds }`, and answers what it measured by
// operation. Between stretches nothing is under way.
import { driversFor } from "./drivers.mjs";
import { OPERATIONS } from "./operations.mjs";

const ERRORS_TOLERATED = 100;
const REST_AFTER_ERROR_MS = 20;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let drivers = [];
process.on("message", async (message) => {
  if (message.world !== undefined) drivers = driversFor(message.world);
  else process.send(await measure(message));
});
process.on("disconnect", () => process.exit(0));

async function measure({ warmSeconds, seconds }) {
  const run = { isOn: true, isMeasured: false };
  const results = new Map(Object.keys(OPERATIONS).map((name) => [name, { latenciesMs: [], errors: 0 }]));
  for (const { connection } of drivers) connection.answers = { older: 0, newer: 0, handedOver: 0 };
  const working = drivers.map((driver) => drive(driver, results.get(driver.operation), run));
  await pause(warmSeconds * 1000);
  run.isMeasured = true;
  await pause(seconds * 1000);
  run.isOn = false;
  await Promise.all(working);
  return [...results].map(([operation, { latenciesMs, errors, firstError }]) => {
    const sorted = Float64Array.from(latenciesMs).sort();
    const at = (share) => sorted[Math.floor(sorted.length * share)];
    const answers = answersTo(operation);
    return { operation, count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), errors, firstError, answers };
  });
}

function answersTo(operation) {
  const all = { older: 0, newer: 0, handedOver: 0 };
  for (const driver of drivers)
    if (driver.operation === operation) for (const name in all) all[name] += driver.connection.answers[name];
  return all;
}

async function drive(driver, result, run) {
  const { operation, connection, context } = driver;
  const { start, restMs } = OPERATIONS[operation];
  while (run.isOn && result.errors < ERRORS_TOLERATED) {
    try {
      const step = driver.step ?? (await start(connection, context));
      if (driver.isCarriedOn) driver.step = step;
      // Once at least, however slow the machine.
      do {
        const startedAt = performance.now();
        await step();
        if (run.isMeasured) result.latenciesMs.push(performance.now() - startedAt);
        await pause(restMs);
      } while (run.isOn);
    } catch (error) {
      driver.step = undefined;
      result.errors += 1;
      result.firstError ??= `${context.realm.name}: ${error?.message ?? error}`;
      connection.close();
      await pause(REST_AFTER_ERROR_MS);
    }
  }
}
