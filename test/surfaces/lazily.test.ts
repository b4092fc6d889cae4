import { describe, expect, it } from "vitest";
import { lazily } from "../../src/lib/lazily.ts";
import { pages } from "../../src/routes/console/handlers.tsx";
import { type ConsolePath, consolePaths } from "../../src/routes/console/paths.ts";

describe("what is read when it is asked for", () => {
  it("is not read before, and once; answers as itself, and fails as itself", async () => {
    let reads = 0;
    const { sum, refuse } = lazily(async () => {
      reads += 1;
      return {
        sum: (left: number, right: number) => left + right,
        refuse: () => {
          throw new RangeError("no");
        },
      };
    });
    expect(reads).toBe(0);
    expect(await sum(2, 3)).toBe(5);
    await expect(refuse()).rejects.toThrow(RangeError);
    expect(reads).toBe(1);
  });

  it("is asked for again when it could not be read", async () => {
    let tries = 0;
    const { greet } = lazily(async () => {
      tries += 1;
      if (tries === 1) throw new Error("not there");
      return { greet: () => "hello" };
    });
    await expect(greet()).rejects.toThrow("not there");
    expect(await greet()).toBe("hello");
  });

  it.each(Object.keys(consolePaths) as ConsolePath[])(
    "of the console, %s takes forms where its page has some",
    (path) => {
      expect(consolePaths[path] === "forms").toBe(pages[path].actions !== undefined);
    },
  );
});
