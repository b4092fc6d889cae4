import { dictionary } from "@zxcvbn-ts/language-common";
import { describe, expect, it } from "vitest";
import { normalizePassword } from "../../src/crypto/password-text.ts";
import { bloomHas, bloomPositions } from "../../src/domain/credentials/bloom-filter.ts";
import { commonPasswords } from "../../src/domain/credentials/common-passwords.ts";
import { isDate, isRun, repeatedPiece } from "../../src/domain/credentials/guessable-patterns.ts";
import { checkPassword } from "../../src/domain/credentials/password-policy.ts";

const nowhere = { minLength: 8, realmName: "", hosts: [] };
const weekly = {
  minLength: 8,
  realmName: "The Example Weekly",
  hosts: ["auth.weekly-news.example", "weekly.localhost:8787"],
  email: "Alice.Liddell@wonder.example",
  username: "rabbithole",
  name: "Alice Pleasance Liddell",
};

describe("length", () => {
  it.each([
    [8, 7, "password-too-short"],
    [8, 8, null],
    [15, 14, "password-too-short"],
    [15, 15, null],
    [0, 7, "password-too-short"],
    [-1, 7, "password-too-short"],
    [Number.NaN, 7, "password-too-short"],
    [8, 64, null],
    [8, 128, null],
    [8, 256, null],
    [8, 257, "password-too-long"],
  ])("PW-01 PW-02 with a minimum of %d, %d characters: %s", (minLength, length, problem) => {
    const password = "Vk2#tQ9z-rW!".repeat(25).slice(-length).replace(/^./u, "§");
    expect([...password]).toHaveLength(length);
    expect(checkPassword(password, { ...nowhere, minLength })).toBe(problem);
  });

  it.each([
    ["8 emoji are 8 characters", "🐎🔋📎✅🌵🚲🧊🎻", null],
    ["7 emoji are 7, though 14 UTF-16 units", "🐎🔋📎🎻🌵🚲🧊", "password-too-short"],
    ["composed before counting: 4 letters and 4 accents", "a\u0301e\u0301i\u0301o\u0301", "password-too-short"],
    ["256 emoji are 1,024 bytes", `${"🐎🔋📎🎻🌵🚲🧊".repeat(36)}🐎🔋🎻🌵`, null],
    ["3-byte letters within 1,024 bytes", `x${"あいうえおかきくけこ".repeat(34)}`.slice(0, 256), null],
    ["letters that grow beyond 1,024 bytes when composed", "\u{1D160}x".repeat(128), "password-too-long"],
    ["nothing", "", "password-too-short"],
  ])("PW-02 counts code points: %s", (_name, password, problem) => {
    expect(checkPassword(password, nowhere)).toBe(problem);
  });

  it("RL-04 refuses 10 MB without reading them", () => {
    const huge = "e\u0301".repeat(5_000_000);
    for (let round = 0; round < 10_000; round++) expect(checkPassword(huge, weekly)).toBe("password-too-long");
  });
});

describe("what may be in a password", () => {
  it.each([
    "correct horse battery staple",
    "        leading and trailing spaces  ",
    "nul\u0000inside it",
    "tdbnxhmfwkp",
    "TDBNXHMFWKP",
    "83920174655",
    "!!$%&/()=?;:",
    "пароль на завтра",
    "🐎🔋📎✅🌵🚲🧊🎻",
  ])("PW-03 asks for no kinds of characters: %j", (password) => {
    expect(checkPassword(password, weekly)).toBeNull();
  });

  it("PW-05 normalises to composed letters, and to nothing else", () => {
    expect(normalizePassword("cafe\u0301 ﬁ Ａ")).toBe("caf\u00e9 ﬁ Ａ");
  });
});

describe("common passwords", () => {
  const filter = Uint8Array.from(atob(commonPasswords.filter), (char) => char.charCodeAt(0));
  const ranked = dictionary["passwords-common"].map(String).filter((password) => password.length >= 8);

  it("PW-04 holds far more than the 3,000 that are asked for", () => {
    expect(commonPasswords.entries).toBeGreaterThanOrEqual(6000);
  });

  it("PW-04 refuses each of the 5,000 most common passwords of eight characters or more", () => {
    const missed = ranked.slice(0, 5000).filter((password) => checkPassword(password, nowhere) === null);
    expect(missed).toEqual([]);
  });

  it.each([
    "password",
    "PassWord",
    "Password1",
    "Password123!",
    "P@ssw0rd",
    "passw0rd",
    "qwerty123",
    "iloveyou",
    "trustno1",
    "letmein123",
    "welcome1",
    "Welcome2026",
    "Summer2025",
    "admin@123",
    "changeme123",
    "contraseña",
    "CONTRASEN\u0303A",
  ])("PW-04 refuses %s, whatever its case or composition", (password) => {
    expect(checkPassword(password, nowhere)).toBe("password-too-common");
  });

  it.each(["my password is long", "password of the week", "xpasswordx", "iloveyou and nobody else"])(
    "PW-04 compares whole passwords: %s passes",
    (password) => expect(checkPassword(password, nowhere)).toBeNull(),
  );

  it("PW-04 refuses fewer than one in 100,000 passwords that are not on the list", () => {
    const bitsSet = filter.reduce((sum, byte) => sum + [...byte.toString(2)].filter((bit) => bit === "1").length, 0);
    const rate = (bitsSet / (filter.byteLength * 8)) ** bloomPositions("any", filter.byteLength * 8).length;
    expect(rate).toBeLessThan(1e-5);
    const refused = Array.from({ length: 50_000 }, (_, index) => `not on the list ${index}`).filter((text) =>
      bloomHas(filter, text),
    );
    expect(refused.length).toBeLessThanOrEqual(3);
  });
});

describe("patterns", () => {
  it.each([
    "aaaaaaaa",
    "ééééééééé",
    "🔑🔑🔑🔑🔑🔑🔑🔑",
    "abababab",
    "xy7xy7xy7",
    "monkeymonkey",
    "passwordpassword",
    "12345678",
    "87654321",
    "123456789012345",
    "0987654321",
    "abcdefgh",
    "ABCDEFGH",
    "zyxwvutsrq",
    "qwertyui",
    "poiuytrewq",
    "asdfghjkl",
    "qwertyuiopasdfgh",
    "azertyuiop",
    "qwertzuiop",
    "1qaz2wsx3edc",
    "1q2w3e4r5t",
    "йцукенгш",
    "24121987",
    "12241987",
    "19871224",
  ])("PW-04 refuses the pattern %s", (password) => {
    expect(checkPassword(password, nowhere)).toBe("password-too-common");
  });

  it.each(["abcdefgx", "12435687", "qwertzui!", "aaaaaaab9x", "kT4 kT4 kT5", "99991987", "vK3#pQ8zvK3#pQ8z"])(
    "PW-04 lets %s through: no pattern, or of pieces long enough",
    (password) => expect(checkPassword(password, nowhere)).toBeNull(),
  );

  it("tells runs, repetitions and dates from the rest", () => {
    expect(isRun("fghijk")).toBe(true);
    expect(isRun("fghikj")).toBe(false);
    expect(repeatedPiece("abcabcabc")).toBe("abc");
    expect(repeatedPiece("abcabcab")).toBe("abcabcab");
    expect(isDate("31121999")).toBe(true);
    expect(isDate("32131999")).toBe(false);
    expect(isDate("18991231")).toBe(false);
  });
});

describe("words of the context", () => {
  it.each([
    ["the realm's name", "The Example Weekly"],
    ["the realm's name in one", "theexampleweekly"],
    ["a word of the realm's name and digits", "example2026"],
    ["the realm's name and a sign", "TheExampleWeekly!"],
    ["a host", "auth.weekly-news.example"],
    ["a host's label", "weekly-news"],
    ["a host's label and digits", "weekly-news1"],
    ["a host's label with a port behind", "weekly12"],
    ["the address", "alice.liddell@wonder.example"],
    ["the address in other letters", "ＡＬＩＣＥ.liddell@wonder.example"],
    ["its local part", "alice.liddell"],
    ["its local part without the dot", "AliceLiddell"],
    ["its local part and digits", "aliceliddell2026"],
    ["the username", "rabbithole"],
    ["the username and digits", "Rabbithole99"],
    ["the name", "Alice Pleasance Liddell"],
    ["a part of the name and digits", "pleasance1"],
  ])("PW-04 refuses %s", (_name, password) => {
    expect(checkPassword(password, weekly)).toBe("password-contains-context");
    expect(checkPassword(password, nowhere)).toBeNull();
  });

  it.each(["alice in wonderland", "rabbithole of doom", "myrabbithole", "weekly digest no 4", "example84920174655"])(
    "PW-04 compares whole passwords: %s passes",
    (password) => expect(checkPassword(password, weekly)).toBeNull(),
  );

  it("PW-04 makes nothing of words that are short, empty or absent", () => {
    const terse = { minLength: 8, realmName: "", hosts: ["", "a.b", "..."], email: "", username: "xy", name: " " };
    expect(checkPassword("xy93017466", terse)).toBeNull();
    expect(checkPassword("93017466", terse)).toBeNull();
  });
});
