import { DrizzleQueryError } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { StorageUnavailable } from "../../src/errors/storage-unavailable.ts";
import { guarded, guardedRead, guardedWrite } from "../../src/storage/guarded.ts";

/** What somebody may call themselves. */
let typed = "";

/** Fails as often as there are messages, as drizzle wraps them; then answers. */
function failing(...messages: string[]) {
  let calls = 0;
  const run = async (): Promise<string> => {
    const message = messages[calls++];
    if (message !== undefined) throw new DrizzleQueryError("update users set name = ?", [typed], new Error(message));
    return "rows";
  };
  return { run, calls: () => calls };
}

afterEach(() => {
  typed = "";
});

const busy = "D1_ERROR: database is locked: SQLITE_BUSY";
const lost = "D1_ERROR: Network connection lost.";

describe("RE-05 a statement that D1 has refused for a moment", () => {
  it.each([
    ["guarded", guarded],
    ["guardedRead", guardedRead],
  ])("is tried once more by %s when it did not run, and no more than once", async (_, run) => {
    const once = failing(busy);
    expect([await run("users.update", once.run), once.calls()]).toEqual(["rows", 2]);
    const twice = failing(busy, busy);
    await expect(run("users.update", twice.run)).rejects.toThrow(StorageUnavailable);
    expect(twice.calls()).toBe(2);
  });

  it("is tried once more by a write with an answer of its own", async () => {
    const once = failing(busy);
    expect([await guardedWrite("users.insert", once.run), once.calls()]).toEqual([{ ok: true, value: "rows" }, 2]);
  });

  it("is not repeated when it may have run, unless it only reads", async () => {
    const write = failing(lost);
    await expect(guarded("users.delete", write.run)).rejects.toThrow(StorageUnavailable);
    const insert = failing(lost);
    await expect(guardedWrite("users.insert", insert.run)).rejects.toThrow(StorageUnavailable);
    const read = failing(lost);
    expect(await guardedRead("users.find", read.run)).toBe("rows");
    expect([write.calls(), insert.calls(), read.calls()]).toEqual([1, 1, 2]);
  });

  it.each([busy, lost, "UNIQUE constraint failed: users.realm_id, users.email"])(
    "is judged by what the database says, whatever was to be written (FZ-05): %s",
    async (words) => {
      typed = words;
      const write = failing(lost);
      await expect(guarded("users.update", write.run)).rejects.toThrow(StorageUnavailable);
      const insert = failing(lost);
      await expect(guardedWrite("users.insert", insert.run)).rejects.toThrow(StorageUnavailable);
      const read = failing("no such table: users");
      await expect(guardedRead("users.find", read.run)).rejects.toThrow(StorageUnavailable);
      expect([write.calls(), insert.calls(), read.calls()]).toEqual([1, 1, 1]);
    },
  );

  it.each(["D1 DB is overloaded. Too many requests queued.", "no such table: users", "D1 is out of order"])(
    "is given up at once: %s",
    async (message) => {
      const one = failing(message);
      await expect(guardedRead("users.find", one.run)).rejects.toThrow(StorageUnavailable);
      expect(one.calls()).toBe(1);
    },
  );
});
