// What the isolates hold: the product's after a collection, so that garbage does not look like a leak, and the simulators' as it is.
import { Connection } from "./connection.mjs";
import { Inspector } from "./inspector.mjs";
import { WORKER_NAME } from "./worker.mjs";

const PRODUCT = `core:user:${WORKER_NAME}`;
const BYTES_PER_MIB = 1024 * 1024;
const POKE_EVERY_MS = 50;
const LONGEST_MS = 15_000;

/** MiB, or undefined where the inspector does not answer. The Worker was started with an `inspectorPort`. @returns {Promise<{ productMib?: number, simulatorsMib?: number }>} */
export async function readHeaps({ miniflare, port, host }) {
  const url = await miniflare.getInspectorURL();
  const poke = pokeAgainAndAgain({ port, host });
  try {
    const targets = await (await fetch(new URL("/json", String(url).replace(/^ws/, "http")))).json();
    const simulators = targets.map(({ id }) => id).filter((id) => id !== PRODUCT);
    const productMib = await within(heapOf(url, PRODUCT, true));
    const sizes = await Promise.all(simulators.map((id) => within(heapOf(url, id, false))));
    return { productMib, simulatorsMib: sizes.reduce((sum, mib) => sum + (mib ?? 0), 0) };
  } catch {
    return {};
  } finally {
    await poke.stop();
  }
}

/** Looks at the product's heap every so often until `stop`, which answers the samples: seconds since the start, and MiB. */
export function watchHeap(worker, everyMs) {
  const startedAt = performance.now();
  const samples = [];
  let isOn = true;
  const looking = (async () => {
    while (isOn) {
      const { productMib: mib } = await readHeaps(worker);
      if (mib !== undefined) samples.push({ seconds: (performance.now() - startedAt) / 1000, mib });
      for (let waitedMs = 0; isOn && waitedMs < everyMs; waitedMs += POKE_EVERY_MS)
        await new Promise((resolve) => setTimeout(resolve, POKE_EVERY_MS));
    }
  })();
  return {
    async stop() {
      isOn = false;
      await looking;
      return samples;
    },
  };
}

async function heapOf(url, isolate, isCollected) {
  const inspector = await Inspector.open(url, isolate);
  try {
    if (isCollected) await inspector.collectGarbage();
    const { used, taken } = await inspector.heapBytes();
    return (isCollected ? used : taken) / BYTES_PER_MIB;
  } finally {
    inspector.close();
  }
}

const within = (promise) =>
  Promise.race([promise.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, LONGEST_MS, undefined))]);

/** An isolate that has nothing to do does not listen to its inspector either. */
function pokeAgainAndAgain(to) {
  const connection = new Connection(to);
  let isOn = true;
  const poking = (async () => {
    while (isOn) {
      await connection.request({ path: "/healthz" }).catch(() => connection.close());
      await new Promise((resolve) => setTimeout(resolve, POKE_EVERY_MS));
    }
  })();
  return {
    async stop() {
      isOn = false;
      await poking;
      connection.close();
    },
  };
}
