import { DrizzleQueryError } from "drizzle-orm";
import { RealmMoving, StorageUnavailable } from "../errors/storage-unavailable.ts";

/** D1 says so before it has run anything: another process holds the file, or the database was only about to start. */
const didNotRun = /SQLITE_BUSY|database is locked|error while starting up D1/i;

/** The connection went while the statement was on its way, or the database was moved: nobody knows whether it ran. */
const mayHaveRun =
  /network connection lost|caused object to be reset|reset because its code was updated|transient issue/i;

/** What the fence of a realm says that is on its way to another shard (d1/fence.ts). */
const fenced = /gatehouse-realm-fenced/;

const pauseMs = 20;

/** Runs one storage operation. Whatever it throws becomes StorageUnavailable, which answers 503. What did not run at all is tried once more. */
export function guarded<Value>(operation: string, run: () => Promise<Value>): Promise<Value> {
  return answered(operation, () => onceMore(run, didNotRun));
}

/** The same for what only reads: that may be tried again whether it ran or not. Never when D1 is overloaded. */
export function guardedRead<Value>(operation: string, run: () => Promise<Value>): Promise<Value> {
  return answered(operation, () => onceMore(() => onceMore(run, didNotRun), mayHaveRun));
}

async function answered<Value>(operation: string, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof StorageUnavailable) throw cause;
    throw unavailable(operation, cause);
  }
}

const unavailable = (operation: string, cause: unknown): StorageUnavailable =>
  speaksOf(cause, fenced) ? new RealmMoving(operation, cause) : new StorageUnavailable(operation, cause);

async function onceMore<Value>(run: () => Promise<Value>, when: RegExp): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (!speaksOf(error, when)) throw error;
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (1 + Math.random())));
    return run();
  }
}

const speaksOf = (error: unknown, words: RegExp): boolean => saidBy(error).some((message) => words.test(message));

/** What the database said. The error around that repeats the query and its values, which are words of whoever sent them. */
function saidBy(error: unknown): string[] {
  const messages: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause)
    if (!(current instanceof DrizzleQueryError)) messages.push(current.message);
  return messages;
}

/** The columns of a broken UNIQUE rule, e.g. `users.realm_id, users.email`; null when the error is another. */
function brokenUniqueRule(error: unknown): string | null {
  for (const message of saidBy(error)) {
    const match = /UNIQUE constraint failed: ([\w., ]+)/.exec(message);
    if (match?.[1] !== undefined) return match[1];
  }
  return null;
}

/** Like `guarded`, but a broken UNIQUE rule is an answer: the columns. */
export async function guardedWrite<Value>(
  operation: string,
  run: () => Promise<Value>,
): Promise<{ ok: true; value: Value } | { ok: false; conflict: string }> {
  try {
    return { ok: true, value: await onceMore(run, didNotRun) };
  } catch (cause) {
    const conflict = brokenUniqueRule(cause);
    if (conflict !== null) return { ok: false, conflict };
    throw unavailable(operation, cause);
  }
}
