import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksLikeEmail, parseEmail, parsePhoneNumber, parseUsername } from "../../src/domain/users/canonical.ts";
import { foldText } from "../../src/domain/users/canonical-text.ts";

const anyText = fc.string({ unit: "binary", maxLength: 40 });
/** Text near enough to names and addresses to be accepted now and then. */
const nearlyName = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."aZ09.-_+@ ＠．ａßıİſKµǅéÅñ日本йαΣς"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 30,
});

describe("parseEmail", () => {
  it.each([
    ["as it is", "alice@example.test", "alice@example.test"],
    ["capitals", "ALICE@EXAMPLE.TEST", "alice@example.test"],
    ["space around", "  alice@example.test\u00a0", "alice@example.test"],
    ["full-width letters", "ａｌｉｃｅ@ｅxample.test", "alice@example.test"],
    ["a full-width at and dot", "alice＠example．test", "alice@example.test"],
    ["an ideographic dot", "alice@example。test", "alice@example.test"],
    ["styled letters", "𝐀𝓁𝕚𝖈𝚎@example.test", "alice@example.test"],
    ["the Kelvin sign", "\u212aim@example.test", "kim@example.test"],
    ["long s", "bo\u017f\u017f@example.test", "boss@example.test"],
    ["a decomposed letter", "andre\u0301@example.test", "andr\u00e9@example.test"],
    ["plus and dots, which stay", "a.l.i.c.e+News@example.test", "a.l.i.c.e+news@example.test"],
    ["signs of RFC 5321 atoms", "!#$%&'*+/=?^_`{|}~-@example.test", "!#$%&'*+/=?^_`{|}~-@example.test"],
    ["sharp s, apart from ss", "Strauß@example.test", "strauß@example.test"],
    ["capital sharp s", "STRAUẞ@example.test", "strauß@example.test"],
    ["a German domain", "alice@Bücher.example", "alice@xn--bcher-kva.example"],
    ["a domain in A-labels", "alice@XN--BCHER-KVA.example", "alice@xn--bcher-kva.example"],
    ["a domain with sharp s", "alice@straße.example", "alice@xn--strae-oqa.example"],
    ["a domain under an international top level", "иван@почта.рф", "иван@xn--80a1acny.xn--p1ai"],
    ["a Catalan middle dot in the domain", "alice@paral·lel.cat", "alice@xn--parallel-koa.cat"],
    ["Japanese", "太郎@例え.テスト", "太郎@xn--r8jz45g.xn--zckzah"],
    ["Latin beside Japanese", "taro太郎@example.test", "taro太郎@example.test"],
    ["a wholly Greek local part", "Ωμέγα@example.test", "ωμέγα@example.test"],
    ["64 bytes before the at", `${"a".repeat(64)}@example.test`, `${"a".repeat(64)}@example.test`],
  ])("PW-19 has one spelling: %s", (_name, typed, canonical) => {
    expect(parseEmail(typed)).toBe(canonical);
  });

  it("PW-19 keeps sharp s apart from ss, and a dotless domain apart from a dotted one", () => {
    expect(parseEmail("strauß@example.test")).not.toBe(parseEmail("strauss@example.test"));
    expect(parseEmail("alice@gıthub.example")).toBe("alice@xn--gthub-n4a.example");
  });

  it.each([
    ["nothing", ""],
    ["no at", "alice.example.test"],
    ["two ats", "alice@bob@example.test"],
    ["no local part", "@example.test"],
    ["no domain", "alice@"],
    ["a domain of one label", "alice@localhost"],
    ["a dot at the end", "alice@example.test."],
    ["an empty label", "alice@example..test"],
    ["a hyphen at a label's end", "alice@example-.test"],
    ["an underscore in the domain", "alice@exa_mple.test"],
    ["a port", "alice@example.test:25"],
    ["a path", "alice@example.test/x"],
    ["a backslash", "alice@example.test\\x"],
    ["a query", "alice@example.test?x"],
    ["a fragment", "alice@example.test#x"],
    ["an escape in the domain", "alice@ex%61mple.test"],
    ["a letter that unfolds to a slash", "alice@example.test℀"],
    ["an IPv4 address", "alice@192.0.2.1"],
    ["an IPv4 address as one number", "alice@3221225985"],
    ["an IPv4 address in hexadecimal", "alice@0xc0.0x2.0x1"],
    ["an IPv4 literal", "alice@[192.0.2.1]"],
    ["an IPv6 literal", "alice@[IPv6:2001:db8::1]"],
    ["a dot first", ".alice@example.test"],
    ["a dot last", "alice.@example.test"],
    ["two dots", "al..ice@example.test"],
    ["an ellipsis", "al…ice@example.test"],
    ["quotes", '"alice"@example.test'],
    ["quotes around a space", '"al ice"@example.test'],
    ["a comment", "alice(home)@example.test"],
    ["a name before the address", "Alice <alice@example.test>"],
    ["two addresses", "alice@example.test,bob@example.test"],
    ["a space inside", "al ice@example.test"],
    ["a space before the at", "alice @example.test"],
    ["a line break inside", "alice@example.test\r\nBcc: bob@example.test"],
    ["a line break at the end", "alice@example.test\n"],
    ["a tab", "alice\t@example.test"],
    ["NUL", "alice\u0000@example.test"],
    ["a zero-width space", "al\u200bice@example.test"],
    ["a soft hyphen in the domain", "alice@exam\u00adple.test"],
    ["a text direction mark", "\u202ealice@example.test"],
    ["a byte order mark", "\ufeffalice@example.test"],
    ["a variation selector", "alice\ufe0f@example.test"],
    ["a Hangul filler", "alice\u3164@example.test"],
    ["a lone surrogate", "al\ud800ice@example.test"],
    ["an unassigned character", "al\u0378ice@example.test"],
    ["emoji", "🔑@example.test"],
    ["a combining mark first", "\u0301alice@example.test"],
    ["Latin with a Cyrillic а", "\u0430lice@example.test"],
    ["Latin with a Greek ο", "b\u03bfb@example.test"],
    ["Cyrillic with a Greek ο", "\u0431\u03bf\u0431@example.test"],
    ["Latin with an Armenian օ", "b\u0585b@example.test"],
    ["a dotless i", "al\u0131ce@example.test"],
    ["a capital I with a dot", "AL\u0130CE@example.test"],
    ["an i with a second dot", "ali\u0307ce@example.test"],
    ["65 bytes before the at", `${"a".repeat(65)}@example.test`],
    ["33 letters of two bytes before the at", `${"é".repeat(33)}@example.test`],
    ["255 bytes in all", `${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(11)}`],
    ["a label of 64", `alice@${"a".repeat(64)}.test`],
  ])("PW-19 refuses %s", (_name, typed) => {
    expect(parseEmail(typed)).toBeNull();
  });

  it("PW-19 accepts 254 bytes in all", () => {
    const email = `${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(10)}`;
    expect(parseEmail(email)).toBe(email);
  });

  it("PW-19 leaves its own output alone, whatever went in", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nearlyName), fc.oneof(anyText, nearlyName), (local, domain) => {
        for (const typed of [`${local}@example.test`, `alice@${domain}.test`, `${local}@${domain}`]) {
          const canonical = parseEmail(typed);
          if (canonical === null) continue;
          expect(parseEmail(canonical)).toBe(canonical);
          expect(canonical).toMatch(/^[^@\s\p{C}\p{Lu}"<>(),:;[\]\\]+@[a-z0-9.-]+$/u);
        }
      }),
      { seed: 20_261_121, numRuns: 2000 },
    );
  });

  it("RL-04 refuses 10 MB at once", () => {
    const huge = `${"é".repeat(10_000_000)}@example.test`;
    for (let round = 0; round < 10_000; round++) expect(parseEmail(huge)).toBeNull();
  });
});

describe("foldText", () => {
  it("PW-19 is stable for every character of Unicode", () => {
    const unstable: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const folded = foldText(`a${String.fromCodePoint(codePoint)}b`);
      if (folded !== null && foldText(folded) !== folded) unstable.push(codePoint.toString(16));
    }
    expect(unstable).toEqual([]);
  });

  it("PW-19 is stable for texts of several characters", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = foldText(text);
        if (folded !== null) expect(foldText(folded)).toBe(folded);
      }),
      { seed: 20_261_121, numRuns: 2000 },
    );
  });
});

describe("parseUsername", () => {
  it.each([
    ["as it is", "alice_99", "alice_99"],
    ["capitals", "Alice.B-C", "alice.b-c"],
    ["full-width letters", "ＡＬＩＣＥ", "alice"],
    ["space around", " alice ", "alice"],
    ["three characters", "bob", "bob"],
    ["64 characters", "a".repeat(64), "a".repeat(64)],
    ["letters of other scripts", "Владимир", "владимир"],
    ["an address", " Alice@Bücher.EXAMPLE ", "alice@xn--bcher-kva.example"],
    ["an address with a full-width at", "alice＠example.test", "alice@example.test"],
  ])("PW-19 has one spelling: %s", (_name, typed, canonical) => {
    expect(parseUsername(typed)).toBe(canonical);
  });

  it.each([
    ["two characters", "al"],
    ["65 characters", "a".repeat(65)],
    ["a space inside", "al ice"],
    ["a dot first", ".alice"],
    ["a slash", "al/ice"],
    ["markup", "<alice>"],
    ["emoji", "alice🔑"],
    ["a line break", "alice\n"],
    ["a zero-width joiner", "al\u200dice"],
    ["Latin with a Cyrillic а", "\u0430lice"],
    ["a dotless i", "al\u0131ce"],
    ["a capital I with a dot", "AL\u0130CE"],
    ["a broken address", "alice@"],
    ["an address with a lookalike", "\u0430lice@example.test"],
    ["10 MB", "a".repeat(10_000_000)],
  ])("PW-19 refuses %s", (_name, typed) => {
    expect(parseUsername(typed)).toBeNull();
  });

  it("PW-19 leaves its own output alone, whatever went in", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nearlyName), (typed) => {
        const canonical = parseUsername(typed);
        if (canonical !== null) expect(parseUsername(canonical)).toBe(canonical);
      }),
      { seed: 20_261_121, numRuns: 2000 },
    );
  });
});

describe("parsePhoneNumber", () => {
  it.each([
    ["E.164", "+4915112345678", "+4915112345678"],
    ["no plus", "4915112345678", "+4915112345678"],
    ["spaces and dashes", "+49 151-1234 5678", "+4915112345678"],
    ["brackets, dots, slashes", "(1) 555.010/4477", "+15550104477"],
    ["full-width digits", "＋４９１５１１２３４５６７８", "+4915112345678"],
    ["an en dash", "+49 151 1234–5678", "+4915112345678"],
    ["8 digits", "+29012345", "+29012345"],
    ["15 digits", "+123456789012345", "+123456789012345"],
  ])("PW-19 has one spelling: %s", (_name, typed, canonical) => {
    expect(parsePhoneNumber(typed)).toBe(canonical);
  });

  it.each([
    ["nothing", ""],
    ["7 digits", "+1234567"],
    ["16 digits", "+1234567890123456"],
    ["a national number", "0151 12345678"],
    ["an international prefix", "0049 151 12345678"],
    ["a bracketed trunk", "+49 (0) 151 12345678"],
    ["two pluses", "++4915112345678"],
    ["a plus inside", "49+15112345678"],
    ["letters", "+1 555 FLOWERS"],
    ["an extension", "+15550104477 x12"],
    ["digits of another script", "+٤٩١٥١١٢٣٤٥٦٧٨"],
    ["a line break", "+4915112345678\r\n"],
  ])("PW-19 refuses %s", (_name, typed) => {
    expect(parsePhoneNumber(typed)).toBeNull();
  });
});

describe("looksLikeEmail", () => {
  it.each(["alice@example.test", "alice@", "alice＠example.test", "alice﹫example.test"])(
    "PW-19 sees an address in %s",
    (typed) => expect(looksLikeEmail(typed)).toBe(true),
  );
  it.each(["alice", "+4915112345678", ""])("PW-19 sees none in %j", (typed) =>
    expect(looksLikeEmail(typed)).toBe(false),
  );
});
