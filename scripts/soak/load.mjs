// The load, in a process of its own. Measures a stretch for each message `{ warmSeconds, seconds }`, and answers what it measured by
// operation. Between stretches nothing is under way.
import { Connection } from "../../bench/lib/connection.mjs";
import { readKeys } from "./checks.mjs";
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

/** Each connection is one user's, at one client of one realm. */
function driversFor({ port, realms, connections }) {
  const readied = realms.map((realm) => ({ ...realm, keys: readKeys(realm.jwks) }));
  return readied.flatMap((realm) =>
    Object.keys(OPERATIONS).flatMap((operation, at) =>
      Array.from({ length: connections }, (_, index) => ({
        operation,
        connection: new Connection({ port, host: realm.host }),
        context: {
          realm,
          others: readied.filter((other) => other !== realm),
          client: realm.clients[index % realm.clients.length],
          otherClient: realm.clients[(index + 1) % realm.clients.length],
          user: realm.users[at * connections + index],
        },
      })),
    ),
  );
}

async function measure({ warmSeconds, seconds }) {
  const run = { isOn: true, isMeasured: false };
  const results = new Map(Object.keys(OPERATIONS).map((name) => [name, { latenciesMs: [], errors: 0 }]));
  const working = drivers.map((driver) => drive(driver, results.get(driver.operation), run));
  await pause(warmSeconds * 1000);
  run.isMeasured = true;
  await pause(seconds * 1000);
  run.isOn = false;
  await Promise.all(working);
  return [...results].map(([operation, { latenciesMs, errors, firstError }]) => {
    const sorted = Float64Array.from(latenciesMs).sort();
    const at = (share) => sorted[Math.floor(sorted.length * share)];
    return { operation, count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), errors, firstError };
  });
}

async function drive({ operation, connection, context }, result, run) {
  const { start, restMs } = OPERATIONS[operation];
  while (run.isOn && result.errors < ERRORS_TOLERATED) {
    try {
      const step = await start(connection, context);
      // Once at least, however slow the machine.
      do {
        const startedAt = performance.now();
        await step();
        if (run.isMeasured) result.latenciesMs.push(performance.now() - startedAt);
        await pause(restMs);
      } while (run.isOn);
    } catch (error) {
      result.errors += 1;
      result.firstError ??= `${context.realm.name}: ${error?.message ?? error}`;
      connection.close();
      await pause(REST_AFTER_ERROR_MS);
    }
  }
}
