// How long a Worker takes to be ready, and from there to its first 200.
import { Connection } from "./connection.mjs";
import { median } from "./summary.mjs";

const STARTS = 5;
const PATIENCE_MS = 5_000;

/**
 * Medians over a few starts in milliseconds, all taken in turn. What does not start has none, and a `failure` that says why.
 * @param {Record<string, {start: () => Promise<object>, probe: string}>} targets `probe`: a path that answers 200
 */
export async function measureStartUp(targets) {
  const starts = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  for (let start = 0; start < STARTS; start += 1)
    for (const [name, target] of Object.entries(targets)) starts[name].push(await startOnce(target));
  return Object.fromEntries(Object.entries(starts).map(([name, own]) => [name, middleOf(own)]));
}

function middleOf(starts) {
  const middle = (figure) => median(starts.map((start) => start[figure]));
  const failure = starts.find((start) => start.failure)?.failure;
  return { readyMs: middle("readyMs"), firstAnswerMs: middle("firstAnswerMs"), failure };
}

async function startOnce({ start, probe }) {
  try {
    const worker = await start();
    try {
      return { readyMs: worker.readyMs, firstAnswerMs: await firstAnswerMs(worker, probe) };
    } finally {
      await worker.stop();
    }
  } catch (error) {
    return { failure: error.message };
  }
}

async function firstAnswerMs({ port }, probe) {
  const startedAt = performance.now();
  let answer;
  while (performance.now() - startedAt < PATIENCE_MS) {
    const connection = new Connection({ port, host: `127.0.0.1:${port}` });
    answer = await connection.send(connection.encode({ path: probe }));
    connection.close();
    if (answer.status === 200) return performance.now() - startedAt;
  }
  throw new Error(`${probe} just after the start: ${answer?.status} ${answer?.body.slice(0, 300)}`);
}
