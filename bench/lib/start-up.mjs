// How long a Worker takes to be ready, and from there to its first 200.
import { startEmpty } from "../fixtures.mjs";
import { Connection } from "./connection.mjs";
import { median } from "./summary.mjs";

const STARTS = 5;
const PATIENCE_MS = 5_000;

/** Medians over a few starts in milliseconds, the floor's taken in turn with the product's. */
export async function measureStartUp({ gatehouse, floor, scratch }) {
  const starts = { gatehouse: [], floor: [] };
  for (let start = 0; start < STARTS; start += 1) {
    starts.floor.push(await startOnce(floor, scratch, "/ok"));
    starts.gatehouse.push(await startOnce(gatehouse, scratch, "/healthz"));
  }
  const middle = (name, figure) => median(starts[name].map((start) => start[figure]));
  return {
    readyMs: middle("gatehouse", "readyMs"),
    firstAnswerMs: middle("gatehouse", "firstAnswerMs"),
    floorReadyMs: middle("floor", "readyMs"),
    floorFirstAnswerMs: middle("floor", "firstAnswerMs"),
  };
}

async function startOnce(built, scratch, probe) {
  const worker = await startEmpty(built, scratch);
  try {
    return { readyMs: worker.readyMs, firstAnswerMs: await firstAnswerMs(worker.port, probe) };
  } finally {
    await worker.stop();
  }
}

async function firstAnswerMs(port, probe) {
  const startedAt = performance.now();
  let answer;
  while (performance.now() - startedAt < PATIENCE_MS) {
    const connection = new Connection({ port, host: `127.0.0.1:${port}` });
    answer = await connection.send(connection.encode({ path: probe }));
    connection.close();
    if (answer.status === 200) return performance.now() - startedAt;
  }
  throw new Error(`${probe} of a fresh Worker: ${answer?.status} ${answer?.body.slice(0, 300)}`);
}
