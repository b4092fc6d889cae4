import { expect, it, vi } from "vitest";
import { argon2MemoryBytes } from "../../src/crypto/argon2id.ts";
import { hashPassword, verifyPassword } from "../../src/crypto/password-hash.ts";

// A file of its own: Wasm memory never shrinks, and these run in an isolate of their own (vitest.config.ts).
const mebibyte = 1024 * 1024;
const instances = vi.spyOn(WebAssembly, "Instance");

it("RE-20 hashing holds one instance of flat memory over 200 hashes, far below the 128 MiB of an isolate", async () => {
  expect(argon2MemoryBytes()).toBe(0);
  const hash = await hashPassword("the first password");
  const held = argon2MemoryBytes();
  expect(held).toBeGreaterThan(19 * mebibyte);
  expect(held).toBeLessThan(24 * mebibyte);
  for (let round = 0; round < 50; round++) await hashPassword(`password ${round}`);
  for (let round = 0; round < 50; round++) await verifyPassword(round % 2 === 0 ? hash : null, `password ${round}`);
  await Promise.all(Array.from({ length: 100 }, (_, index) => hashPassword(`password ${index}`)));
  expect(argon2MemoryBytes()).toBe(held);
  expect(instances).toHaveBeenCalledTimes(1);
}, 60_000);

it("RE-20 the costliest stored hashes that are accepted leave room in the isolate, however often they are verified", async () => {
  instances.mockClear();
  for (const memoryKib of [20_481, 30_000, 45_000, 65_536, 65_536]) {
    const stored = `$argon2id$v=19$m=${memoryKib},t=1,p=4$c29tZXNhbHRzb21lc2FsdA$${"A".repeat(43)}`;
    expect(await verifyPassword(stored, "a password")).toEqual({ ok: false, needsRehash: false });
  }
  await hashPassword("a password");
  expect(argon2MemoryBytes()).toBeLessThan(72 * mebibyte);
  expect(instances).toHaveBeenCalledTimes(1);
}, 60_000);
