import { StorageUnavailable } from "../errors/storage-unavailable.ts";

/** Runs one storage operation. Whatever it throws becomes StorageUnavailable, which answers 503. */
export async function guarded<Value>(operation: string, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof StorageUnavailable) throw cause;
    throw new StorageUnavailable(operation, cause);
  }
}

/** The columns of a broken UNIQUE rule, e.g. `users.realm_id, users.email`; null when the error is another. */
function brokenUniqueRule(error: unknown): string | null {
  for (let current = error; current instanceof Error; current = current.cause) {
    const match = /UNIQUE constraint failed: ([\w., ]+)/.exec(current.message);
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
    return { ok: true, value: await run() };
  } catch (cause) {
    const conflict = brokenUniqueRule(cause);
    if (conflict !== null) return { ok: false, conflict };
    throw new StorageUnavailable(operation, cause);
  }
}
