// @ts-check
import { appendFile, readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { exitCode, UsageError } from "../failure.mjs";
import { progressOf } from "../progress.mjs";
import { batchesOf } from "./batches.mjs";
import { cutBack, readCheckpoint, removeCheckpoint, writeCheckpoint } from "./checkpoint.mjs";
import { firebaseParameters } from "./other-systems.mjs";
import { detectFormat, readUsers, sizeOf } from "./read-users.mjs";
import { sendBatch } from "./send-batch.mjs";

/**
 * Brings the users of a file into a realm. Batches go out several at once and are settled in their order, so that a
 * checkpoint says all there is to say: up to here.
 * @param {import("../program.mjs").Call} call
 * @returns {Promise<import("../program.mjs").Answer>}
 */
export async function importUsers({ api, arg, options, body }) {
  const file = resolve(arg("file"));
  const { size, mtimeMs } = await sizeOf(file);
  const format = options.format === "auto" ? await detectFormat(file) : String(options.format);
  const terms = { ...body, ...(await firebaseTerms(options.firebaseParameters)) };
  if (format === "firebase" && !("firebase" in terms))
    throw new UsageError("--firebase-parameters names a file with what the Firebase console shows as hash parameters.");
  const path = `/realms/${arg("realm")}/users/import`;
  const checkpoint = typeof options.checkpoint === "string" ? resolve(options.checkpoint) : undefined;
  const rejected = `${file}.rejected.ndjson`;
  const of = `${basename(file)}:${size}:${Math.trunc(mtimeMs)}:${format}:${arg("realm")}:${body.on_conflict}`;
  const progress = await readCheckpoint(checkpoint, of);
  await cutBack(rejected, progress.rejectedBytes);

  const shown = progressOf({ total: size, wanted: options.progress !== false });
  /** @type {Map<number, { batch: import("./batches.mjs").Batch, settled: import("./send-batch.mjs").Settled }>} */
  const settled = new Map();
  let next = 0;
  /** One at a time, in the order of the file. */
  let committing = Promise.resolve();
  const commit = async () => {
    for (let one = settled.get(next); one !== undefined; one = settled.get(next)) {
      settled.delete(next++);
      await note(one.settled, one.batch.reads.length);
      shown.show(one.batch.readBytes, describe(progress));
    }
  };
  /** @param {import("./send-batch.mjs").Settled} outcome @param {number} users */
  const note = async (outcome, users) => {
    const lines = outcome.rejected
      .toSorted((one, other) => one.number - other.number)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join("");
    if (lines !== "") await appendFile(rejected, lines, { mode: 0o600 });
    progress.rejectedBytes += Buffer.byteLength(lines);
    progress.done += users;
    progress.created += outcome.created;
    progress.updated += outcome.updated;
    progress.skipped += outcome.skipped;
    progress.failed += outcome.rejected.length;
    await writeCheckpoint(checkpoint, progress);
  };
  /** @type {Set<Promise<void>>} */
  const underWay = new Set();
  try {
    for await (const batch of batchesOf(readUsers(file, format), progress.done)) {
      const sending = sendBatch(api, path, terms, batch.reads).then((outcome) => {
        settled.set(batch.index, { batch, settled: outcome });
        committing = committing.then(commit);
        return committing;
      });
      const tracked = sending.finally(() => underWay.delete(tracked));
      underWay.add(tracked);
      // Its failure is heard of in the race below, or at the end.
      tracked.catch(() => undefined);
      if (underWay.size >= Number(options.concurrency)) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } finally {
    shown.end();
  }
  await removeCheckpoint(checkpoint);
  const { done, created, updated, skipped, failed } = progress;
  const json = { users: done, created, updated, skipped, failed, ...(failed === 0 ? {} : { rejected_file: rejected }) };
  return { text: JSON.stringify(json), json, ...(failed === 0 ? {} : { exitCode: exitCode.someRejected }) };
}

/** @param {import("./checkpoint.mjs").Progress} progress */
const describe = ({ done, created, updated, skipped, failed }) =>
  `${done} users: ${created} created, ${updated} updated, ${skipped} there already, ${failed} rejected`;

/** @param {unknown} path */
async function firebaseTerms(path) {
  if (typeof path !== "string") return {};
  const firebase = firebaseParameters(await readFile(path, "utf8"));
  if (firebase === null) throw new UsageError(`--firebase-parameters: ${path} holds no signer key.`);
  return { firebase };
}
