import { describe, expect, it } from "vitest";
import { base64, readForeignHash } from "../../src/crypto/foreign-password-hash.ts";
import { currentCostKib, verifyPassword } from "../../src/crypto/password-hash.ts";
import { firebaseExample, foreignHashes, foreignPassword } from "../support/foreign-hashes.ts";

const firebase = {
  signerKey: base64(firebaseExample.parameters.signer_key) ?? new Uint8Array(),
  saltSeparator: base64(firebaseExample.parameters.salt_separator) ?? new Uint8Array(),
  rounds: 8,
  memCost: 14,
};

function stored(given: unknown): string {
  const read = readForeignHash(given, firebase);
  if (typeof read === "string") throw new Error(read);
  return read.text;
}

describe("a password hash of another system", () => {
  it.each(Object.entries(foreignHashes))("PW-15 is verified and due for renewal: %s", async (_, given) => {
    const text = stored(given);
    expect(await verifyPassword(text, foreignPassword)).toEqual({ ok: true, needsRehash: true });
    expect(await verifyPassword(text, `${foreignPassword} `)).toEqual({ ok: false, needsRehash: false });
    expect(stored(text), "what is stored can be imported again").toBe(text);
  });

  it("PW-15 agrees with Firebase's published example, and keeps nothing of the signer key", async () => {
    const text = stored(firebaseExample.hash);
    expect(await verifyPassword(text, firebaseExample.password)).toEqual({ ok: true, needsRehash: true });
    expect((await verifyPassword(text, "user2password")).ok).toBe(false);
    expect(text).not.toContain(firebaseExample.parameters.signer_key.slice(0, 16));
    expect(text).not.toContain(firebaseExample.hash.hash.slice(0, 16));
  });

  it.each([
    "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
    "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
  ])("PW-15 agrees with the reference vector %s (RFC 9106 §3)", async (text) => {
    expect((await verifyPassword(stored(text), "password")).ok).toBe(true);
  });

  // RFC 7914 §12.
  it("PW-15 agrees with the vector of scrypt with N=1024, r=8, p=16", async () => {
    const hash =
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
    expect((await verifyPassword(stored(`scrypt:1024:8:16$NaCl$${hash}`), "password")).ok).toBe(true);
  });

  // More than WebCrypto does in production.
  it("PW-15 verifies PBKDF2 of more than 100,000 rounds without WebCrypto", async () => {
    const text = stored("pbkdf2_sha256$100001$djangosalt$uy8btGsF1J3glMp79hhvCpFL59LdlS2V9wqOvsSu2f8=");
    expect((await verifyPassword(text, foreignPassword)).ok).toBe(true);
  });

  it("PW-02 takes no password of more than the 72 bytes that bcrypt looks at", async () => {
    // Of seventy-two times the letter x.
    const text = "$2b$04$5NfQyy73w0dQvTRbU0waGeWoiSUQIKa/xMO8wdusnLe2u4a6aphXi";
    const start = "x".repeat(72);
    expect((await verifyPassword(text, start)).ok).toBe(true);
    expect((await verifyPassword(text, `${start}a`)).ok).toBe(false);
    expect((await verifyPassword(text, `${start}b`)).ok).toBe(false);
  });

  const b64 = "AAAAAAAAAAAAAAAAAAAAAA";
  const long64 = "A".repeat(43);
  it.each([
    ["bcrypt of cost 14", "$2b$14$CCCCCCCCCCCCCCCCCCCCC.rbrS/ZYcDG3fOs9GRoMYBWN5/NM.m.G"],
    ["bcrypt of cost 31", "$2b$31$CCCCCCCCCCCCCCCCCCCCC.rbrS/ZYcDG3fOs9GRoMYBWN5/NM.m.G"],
    ["PBKDF2 of two milliards of rounds", `$pbkdf2-sha256$i=2000000000$${b64}$${long64}`],
    ["PBKDF2-SHA-512 of 250,001 rounds", `$pbkdf2-sha512$i=250001$${b64}$${long64}`],
    ["scrypt of 128 MiB", `$scrypt$ln=17,r=8,p=1$${b64}$${long64}`],
    ["scrypt of N = 2^63", `$scrypt$ln=63,r=8,p=1$${b64}$${long64}`],
    ["scrypt of a great r", `$scrypt$ln=1,r=900000,p=1$${b64}$${long64}`],
    ["scrypt of a great p", `scrypt:1024:8:99999$salt$${"00".repeat(32)}`],
    ["argon2id of 4 GiB", `$argon2id$v=19$m=4194304,t=1,p=1$${b64}$${long64}`],
    ["argon2id of 99 million passes", `$argon2id$v=19$m=8,t=99999999,p=1$${b64}$${long64}`],
    ["argon2id of 200 lanes", `$argon2id$v=19$m=65536,t=1,p=200$${b64}$${long64}`],
    ["Firebase's scrypt of a great r", `$firebase-scrypt$ln=18,r=100$${b64}$${long64}`],
  ])("RL-04 is refused before anything is hashed when checking it would cost too much: %s", (_, given) => {
    expect(readForeignHash(given, null)).toBe("password-hash-too-costly");
  });

  it.each([
    ["nothing", ""],
    ["plain text", "hunter2"],
    ["MD5", "5f4dcc3b5aa765d61d8327deb882cf99"],
    ["MD5 of crypt(3)", "$1$salt$qJH7.N4xYta3aEG/dfqo/0"],
    ["bcrypt cut off", "$2b$10$CCCCCCCCCCCCCCCCCCCCC."],
    ["bcrypt of the broken $2x$", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.rbrS/ZYcDG3fOs9GRoMYBWN5/NM.m.G"],
    ["an unsalted hash that is too short", "{SHA}AAAA"],
    ["PBKDF2 of no rounds", `$pbkdf2-sha256$i=0$${b64}$${long64}`],
    ["PBKDF2 without a salt", `$pbkdf2-sha256$i=1$$${long64}`],
    ["an unknown digest", `$pbkdf2-md5$i=1000$${b64}$${long64}`],
    ["scrypt of an N that is no power of two", `scrypt:1000:8:1$salt$${"00".repeat(32)}`],
    ["an empty object", {}],
    ["Keycloak's with broken JSON", { secretData: "{", credentialData: "{" }],
    [
      "Keycloak's with a list for a number",
      {
        secretData: '{"value":"AA==","salt":"AA=="}',
        credentialData: '{"hashIterations":[1],"algorithm":"pbkdf2-sha256"}',
      },
    ],
    ["Firebase's of another length than the signer key", { hash: "AAAA", salt: "AAAA" }],
    ["a number", 7],
    ["text without end", `$pbkdf2-sha256$i=1$${"A".repeat(100_000)}$${long64}`],
  ])("MR-08 is refused when it is of no known form: %s", (_, given) => {
    expect(readForeignHash(given, firebase)).toBe("password-hash-malformed");
  });
});

describe("PW-09 the time that a wrong password takes", () => {
  // Not measured, for machines are noisy: that the work is done shows in what it costs at the least.
  const timed = async (phc: string | null, floorKib: number) => {
    const begun = performance.now();
    expect((await verifyPassword(phc, "wrong", floorKib)).ok).toBe(false);
    return performance.now() - begun;
  };

  it("rises with the costliest hash of the realm, for cheap hashes and unknown users alike", async () => {
    const cheap = stored(foreignHashes["salted SHA-1 of LDAP"]);
    let usual = Infinity;
    for (let round = 0; round < 8; round++) usual = Math.min(usual, await timed(null, 0));
    for (const phc of [null, cheap]) expect(await timed(phc, currentCostKib * 12)).toBeGreaterThan(usual * 4);
  });
});
