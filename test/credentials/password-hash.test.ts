import { argon2id as referenceArgon2id } from "@noble/hashes/argon2.js";
import { describe, expect, it } from "vitest";
import { argon2id } from "../../src/crypto/argon2id.ts";
import { hashPassword, verifyPassword } from "../../src/crypto/password-hash.ts";

const text = new TextEncoder();
const wrong = { ok: false, needsRehash: false };

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll("=", "");

/** A PHC string made by an implementation that shares no code with ours. */
function foreignHash(password: string, m: number, t: number, p: number, dkLen = 32): string {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return `$argon2id$v=19$m=${m},t=${t},p=${p}$${base64(salt)}$${base64(referenceArgon2id(text.encode(password), salt, { m, t, p, dkLen }))}`;
}

describe("argon2id", () => {
  // Vectors of the reference implementation (phc-winner-argon2, test.c, version 1.3).
  it.each([
    { memoryKib: 256, lanes: 1, hash: "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe" },
    { memoryKib: 256, lanes: 2, hash: "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037" },
    { memoryKib: 65_536, lanes: 1, hash: "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7" },
  ])(
    "PW-15 agrees with the reference vector for m=$memoryKib, p=$lanes (RFC 9106 §3)",
    ({ memoryKib, lanes, hash }) => {
      const ours = argon2id(text.encode("password"), text.encode("somesalt"), { memoryKib, passes: 2, lanes }, 32);
      expect([...ours].map((byte) => byte.toString(16).padStart(2, "0")).join("")).toBe(hash);
    },
  );

  it("PW-02 refuses input beyond its buffer instead of cutting it", () => {
    const parameters = { memoryKib: 8, passes: 1, lanes: 1 };
    expect(() => argon2id(new Uint8Array(1025), new Uint8Array(16), parameters, 32)).toThrow(RangeError);
    expect(() => argon2id(new Uint8Array(8), new Uint8Array(65), parameters, 32)).toThrow(RangeError);
    expect(() => argon2id(new Uint8Array(8), new Uint8Array(16), parameters, 65)).toThrow(RangeError);
  });
});

describe("hashPassword", () => {
  it("PW-15 makes argon2id strings at OWASP's parameters, with 16 bytes of salt and 32 of hash", async () => {
    const hash = await hashPassword("correct horse battery staple");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it("PW-15 takes a fresh salt each time", async () => {
    const hashes = await Promise.all(Array.from({ length: 10 }, () => hashPassword("correct horse battery staple")));
    expect(new Set(hashes.map((hash) => hash.split("$")[4])).size).toBe(10);
  });

  it("PW-15 can be verified by another implementation, letters beyond ASCII included", async () => {
    const password = "pässwörd-пароль-🔑";
    const [, , , , salt = "", hash = ""] = (await hashPassword(password)).split("$");
    const saltBytes = Uint8Array.from(atob(salt), (char) => char.charCodeAt(0));
    expect(base64(referenceArgon2id(text.encode(password), saltBytes, { m: 19_456, t: 2, p: 1, dkLen: 32 }))).toBe(
      hash,
    );
  });

  it("PW-02 throws on a password longer than the policy accepts", async () => {
    await expect(hashPassword("a".repeat(1025))).rejects.toThrow(RangeError);
    await expect(hashPassword("€".repeat(342))).rejects.toThrow(RangeError);
  });
});

describe("verifyPassword", () => {
  it.each([
    ["a phrase", "correct horse battery staple"],
    ["NUL inside", "before\u0000after-the-null"],
    ["spaces around", "  spaced out  "],
    ["emoji", "🐎🔋📎✅🐎🔋📎✅"],
    ["128 characters", "x1".repeat(64)],
    ["1,024 bytes", "ab".repeat(512)],
  ])("PW-02 accepts the password it hashed, and it alone: %s", async (_name, password) => {
    const hash = await hashPassword(password);
    expect(await verifyPassword(hash, password)).toEqual({ ok: true, needsRehash: false });
    expect(await verifyPassword(hash, `${password.slice(0, -1)}#`)).toEqual(wrong);
    expect(await verifyPassword(hash, password.trim().split("\u0000")[0]?.slice(0, 11) ?? "")).toEqual(wrong);
  });

  it.each([
    ["72 bytes of ASCII", "a".repeat(72)],
    ["letters of two bytes, where counting UTF-16 units would lose half", "é".repeat(40)],
    ["emoji of four bytes", "🔑".repeat(40)],
  ])("PW-02 looks at the last character after %s", async (_name, beginning) => {
    const hash = await hashPassword(`${beginning}X`);
    expect(await verifyPassword(hash, `${beginning}X`)).toEqual({ ok: true, needsRehash: false });
    expect(await verifyPassword(hash, `${beginning}Y`)).toEqual(wrong);
    expect(await verifyPassword(hash, beginning)).toEqual(wrong);
  });

  it("PW-05 takes composed and decomposed letters for the same password", async () => {
    const composed = "caf\u00e9 au lait, s'il vous pla\u00eet";
    const decomposed = composed.normalize("NFD");
    expect(decomposed).not.toBe(composed);
    expect(await verifyPassword(await hashPassword(composed), decomposed)).toEqual({ ok: true, needsRehash: false });
    expect(await verifyPassword(await hashPassword(decomposed), composed)).toEqual({ ok: true, needsRehash: false });
  });

  it.each([
    ["less memory", foreignHash("a foreign password", 8192, 2, 1)],
    ["fewer passes", foreignHash("a foreign password", 19_456, 1, 1)],
    ["more lanes", foreignHash("a foreign password", 4096, 3, 4)],
    ["a shorter hash", foreignHash("a foreign password", 19_456, 2, 1, 16)],
    ["a longer hash", foreignHash("a foreign password", 19_456, 2, 1, 64)],
  ])("PW-15 verifies a stored hash with %s and asks for a new one", async (_name, hash) => {
    expect(await verifyPassword(hash, "a foreign password")).toEqual({ ok: true, needsRehash: true });
    expect(await verifyPassword(hash, "another password")).toEqual(wrong);
  });

  it("PW-15 keeps a foreign hash that has today's parameters", async () => {
    const hash = foreignHash("a foreign password", 19_456, 2, 1);
    expect(await verifyPassword(hash, "a foreign password")).toEqual({ ok: true, needsRehash: false });
  });

  const salt = "c29tZXNhbHRzb21lc2FsdA";
  const sum = "A".repeat(43);
  it.each([
    ["memory above 64 MiB", `$argon2id$v=19$m=65537,t=1,p=1$${salt}$${sum}`],
    ["memory of a terabyte", `$argon2id$v=19$m=999999999,t=1,p=1$${salt}$${sum}`],
    ["more than 10 passes", `$argon2id$v=19$m=19456,t=11,p=1$${salt}$${sum}`],
    ["more than 4 lanes", `$argon2id$v=19$m=19456,t=2,p=5$${salt}$${sum}`],
    ["less memory than its lanes need", `$argon2id$v=19$m=31,t=2,p=4$${salt}$${sum}`],
    ["no passes", `$argon2id$v=19$m=19456,t=0,p=1$${salt}$${sum}`],
    ["a hash of 15 bytes", `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${"A".repeat(20)}`],
    ["a hash of 65 bytes", `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${"A".repeat(87)}`],
    ["a salt of 7 bytes", `$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAA$${sum}`],
    ["no hash", `$argon2id$v=19$m=19456,t=2,p=1$${salt}$`],
    ["an unknown scheme", `$argon3$v=19$m=19456,t=2,p=1$${salt}$${sum}`],
    ["a name from Object's prototype", "$constructor$"],
    ["text after the hash", `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${sum}\n`],
    ["an empty string", ""],
    ["the password itself", "correct horse battery staple"],
  ])("PW-15 refuses a stored hash with %s", async (_name, stored) => {
    expect(await verifyPassword(stored, "correct horse battery staple")).toEqual(wrong);
  });

  it.each(["", "correct horse battery staple", "\u0000".repeat(32)])(
    "PW-09 refuses every password of a user who has none: %j",
    async (password) => expect(await verifyPassword(null, password)).toEqual(wrong),
  );

  it("PW-09 spends the same on nobody, on a wrong password, and on a wrong password against a cheaper old hash", async () => {
    const subjects = {
      known: await hashPassword("correct horse battery staple"),
      cheap: foreignHash("correct horse battery staple", 4096, 1, 1),
      unreadable: "$unknown$",
      nobody: null,
    };
    const fastestMs = { known: Infinity, cheap: Infinity, unreadable: Infinity, nobody: Infinity };
    const areAlike = () => Object.values(fastestMs).every((ms) => Math.abs(ms / fastestMs.known - 1) < 0.4);
    // The fastest of a few rounds is what the work itself takes; a busy machine needs more of them.
    for (let round = 0; round < 8 || (round < 120 && !areAlike()); round++) {
      for (const name of ["known", "cheap", "unreadable", "nobody"] as const) {
        const startedAt = performance.now();
        await verifyPassword(subjects[name], "wrong horse battery staple");
        fastestMs[name] = Math.min(fastestMs[name], performance.now() - startedAt);
      }
    }
    expect(fastestMs.known).toBeGreaterThan(1);
    expect(areAlike(), JSON.stringify(fastestMs)).toBe(true);
  }, 60_000);

  it("RL-04 refuses 10 MB without hashing, whoever the user is", async () => {
    const huge = "é".repeat(5_000_000);
    const hash = await hashPassword("correct horse battery staple");
    for (let round = 0; round < 1000; round++) {
      expect(await verifyPassword(round % 2 === 0 ? hash : null, huge)).toEqual(wrong);
    }
  });
});
