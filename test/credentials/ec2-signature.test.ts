import { describe, expect, it } from "vitest";
import { unwrapEC2Signature } from "../../src/crypto/unwrap-ec2-signature.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hexOf = (value: Uint8Array): string => [...value].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** As DER writes a positive integer: as short as it goes, and never negative. */
function integer(value: Uint8Array): Uint8Array {
  const digits = value.subarray(value.findIndex((byte) => byte !== 0));
  const contents = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : [...digits];
  return Uint8Array.of(0x02, contents.length, ...contents);
}

function der(r: Uint8Array, s: Uint8Array): Uint8Array {
  const contents = [...integer(r), ...integer(s)];
  const length = contents.length < 0x80 ? [contents.length] : [0x81, contents.length];
  return Uint8Array.of(0x30, ...length, ...contents);
}

const high = (length: number) => new Uint8Array(length).fill(0xf1);
const low = (length: number) => Uint8Array.from({ length }, (_, index) => (index < 2 ? 0 : 0x7a));

describe("signatures of passkeys", () => {
  it.each([
    { curve: 1, length: 32 },
    { curve: 2, length: 48 },
    { curve: 3, length: 66 },
  ])("MF-11 reads r and s of curve $curve at their full length (WebAuthn §6.5.5)", ({ curve, length }) => {
    for (const [r, s] of [
      [high(length), low(length)],
      [low(length), high(length)],
    ] as const)
      expect(hexOf(unwrapEC2Signature(der(r, s), curve))).toBe(hexOf(r) + hexOf(s));
  });

  it("MF-11 gives WebCrypto what it verifies", async () => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
    const { privateKey, publicKey } = (await crypto.subtle.generateKey(algorithm, true, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    const data = bytes("00ff");
    const raw = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, data));
    const unwrapped = unwrapEC2Signature(der(raw.subarray(0, 32), raw.subarray(32)), 1);
    expect(await crypto.subtle.verify(algorithm, publicKey, unwrapped, data)).toBe(true);
  });

  it.each([
    ["nothing", ""],
    ["another tag", "3106020101020101"],
    ["an integer of another kind", "3006040101020101"],
    ["a byte after the end", "300602010102010100"],
    ["a byte within the sequence after s", "30070201010201010a"],
    ["a sequence that says more than there is", "3007020101020101"],
    ["an integer that reaches past the sequence", "3006020101020401"],
    ["no s", "3003020101"],
    ["an integer without digits", "3005020002020101"],
    ["a negative integer", "3006020181020101"],
    ["an integer longer than it need be", "300702020001020101"],
    ["a long form for a short length", "308106020101020101"],
    ["an integer longer than the order", `3026022101${"11".repeat(32)}020101`],
  ])("MF-11 refuses %s", (_name, hex) => {
    expect(() => unwrapEC2Signature(bytes(hex), 1)).toThrow();
  });

  it("MF-11 refuses a curve that it does not know", () => {
    expect(() => unwrapEC2Signature(bytes("3006020101020101"), 8)).toThrow("no such curve");
  });
});
