// @ts-check
import { ApiRefusal, listOf, Unreachable } from "../../admin-api.mjs";

/**
 * @typedef {import("./read-users.mjs").Read} Read
 * @typedef {{ number: number, code: string, field?: unknown, message: unknown, user: unknown }} Rejected
 * @typedef {{ created: number, updated: number, skipped: number, rejected: Rejected[] }} Settled
 */

const mostTries = 9;
const answerTimeoutMs = 120_000;
/** What another moment may mend. */
const passing = new Set(["line-raced", "storage-unavailable", "service-unavailable"]);

/**
 * Brings users in and goes on until each is settled. What has come before changes nothing, so that a call whose answer was
 * lost is made again.
 * @param {import("../../admin-api.mjs").AdminApi} api
 * @param {string} path
 * @param {Record<string, unknown>} terms
 * @param {Read[]} reads
 * @returns {Promise<Settled>}
 */
export async function sendBatch(api, path, terms, reads) {
  /** @type {Settled} */
  const settled = { created: 0, updated: 0, skipped: 0, rejected: [] };
  let open = reads.flatMap((read) => ("user" in read ? [read] : []));
  for (const read of reads)
    if ("fault" in read)
      settled.rejected.push({ number: read.number, code: "unreadable", message: read.fault, user: null });
  for (let tried = 1; open.length > 0; tried++) {
    const users = open.map(({ user }) => user);
    const { json } = await patiently(() =>
      api.request("POST", path, { ...terms, users }, { timeoutMs: answerTimeoutMs }),
    );
    /** @type {typeof open} */
    const again = [];
    for (const result of listOf(json.results)) {
      const read = open[Number(result.line) - 1];
      if (read === undefined) continue;
      const { outcome, field, message } = result;
      const code = String(result.code);
      if (outcome === "created" || outcome === "updated" || outcome === "skipped") settled[outcome]++;
      else if (passing.has(code) && tried < mostTries) again.push(read);
      else settled.rejected.push({ number: read.number, code, field, message, user: read.user });
    }
    open = again;
    if (open.length > 0) await pause(tried, undefined);
  }
  return settled;
}

/**
 * @template Value
 * @param {() => Promise<Value>} call
 * @returns {Promise<Value>}
 */
async function patiently(call) {
  for (let tried = 1; ; tried++) {
    try {
      return await call();
    } catch (error) {
      const isPassing =
        error instanceof Unreachable ||
        (error instanceof ApiRefusal && [429, 500, 502, 503, 504].includes(error.status));
      if (!isPassing || tried === mostTries) throw error;
      await pause(tried, error instanceof ApiRefusal ? error.retryAfterSeconds : undefined);
    }
  }
}

/**
 * A quarter of a second, twice as long each time, half a minute at most; no two wait alike.
 * @param {number} tried
 * @param {number | undefined} atLeastSeconds
 */
function pause(tried, atLeastSeconds = 0) {
  const ms = Math.min(250 * 2 ** (tried - 1), 30_000) * (0.75 + Math.random() / 2);
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, Math.min(atLeastSeconds, 120) * 1000)));
}
