import { describe, expect, it } from "vitest";
import { letterOf, randomDeviceCode } from "../../src/domain/device/device-code.ts";
import { parseUserCode, randomUserCode, shownUserCode, userCodeAlphabet } from "../../src/domain/device/user-code.ts";

describe("DV-01 user codes (RFC 8628 §6.1)", () => {
  it("have more than 34 bits, of letters that are no vowels and look like no others", () => {
    expect(Math.log2(userCodeAlphabet.length ** 8)).toBeGreaterThan(34);
    expect(new Set(userCodeAlphabet).size).toBe(userCodeAlphabet.length);
    expect(userCodeAlphabet).not.toMatch(/[AEIOUY01]/);
  });

  it("are drawn evenly, and never twice in a thousand", () => {
    const codes = Array.from({ length: 1000 }, randomUserCode);
    expect(new Set(codes).size).toBe(1000);
    const letters = new Map<string, number>();
    for (const letter of codes.join("")) letters.set(letter, (letters.get(letter) ?? 0) + 1);
    expect([...letters.keys()].sort().join("")).toBe(userCodeAlphabet);
    // 8,000 letters of 20 kinds: 400 each, give or take more than five standard deviations.
    for (const count of letters.values()) expect(Math.abs(count - 400)).toBeLessThan(110);
  });

  it("are read as they are shown", () => {
    for (let round = 0; round < 200; round++) {
      const code = randomUserCode();
      expect(parseUserCode(code)).toBe(code);
      expect(parseUserCode(shownUserCode(code))).toBe(code);
      expect(parseUserCode(shownUserCode(code).toLowerCase())).toBe(code);
    }
  });

  it.each([
    "",
    "BCDFGHJ",
    "BCDFGHJKL",
    "ACDFGHJK",
    "BCDF_GHJK",
    "BCDFGHJ\u212a",
    "ＢＣＤＦＧＨＪＫ",
    "BCDFGHJ1",
    "BCDF-GHJK\u0000",
    `${" ".repeat(40)}BCDFGHJK`,
  ])("are not %j", (typed) => {
    expect(parseUserCode(typed)).toBeNull();
  });
});

it("RL-06 a user code of a hundred thousand hyphens is none", () => {
  expect(parseUserCode("-".repeat(100_000))).toBeNull();
});

describe("DV-01 device codes (RFC 8628 §5.2)", () => {
  it("say where the device waits, and nothing else", () => {
    for (const letter of userCodeAlphabet) {
      const code = randomDeviceCode(letter);
      expect(letterOf(code)).toBe(letter);
      expect(code).toHaveLength(44);
    }
    for (const code of ["", "B", "A".padEnd(44, "x"), "b".padEnd(44, "x"), "B".padEnd(45, "x"), `B${"=".repeat(43)}`])
      expect(letterOf(code)).toBeNull();
  });
});
