import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formTarget, hostOf, safeExternalHref, safeHref, safeImage } from "../../src/pages/untrusted/links.ts";
import { initialOf, plainText } from "../../src/pages/untrusted/plain-text.ts";

describe("safeHref", () => {
  it.each<[value: string | undefined, href: string | undefined]>([
    ["https://a.example/x?y=1#z", "https://a.example/x?y=1#z"],
    ["http://a.localhost:8787/", "http://a.localhost:8787/"],
    ["/sign-up?interaction=h", "/sign-up?interaction=h"],
    ["/", "/"],
    [undefined, undefined],
    ["", undefined],
    ["javascript:alert(1)", undefined],
    ["JaVaScRiPt:alert(1)", undefined],
    ["\u0001javascript:alert(1)", undefined],
    ["java\tscript:alert(1)", undefined],
    ["data:text/html,x", undefined],
    ["ftp://a.example/", undefined],
    ["mailto:a@a.example", undefined],
    ["sign-up", undefined],
    ["?x", undefined],
    ["https://", undefined],
    ["https://own.invalid/x", undefined],
    ["/.//evil.example/x", undefined],
    ["/..//evil.example/x", undefined],
    ["/a/../\\evil.example/x", undefined],
    ["/%2e//evil.example/x", undefined],
    ['https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"],
  ])("%j → %j (WB-04)", (value, href) => {
    expect(safeHref(value)).toBe(href);
  });

  it("calls another host's address by its full name, however it is disguised as a path", () => {
    for (const value of ["//evil.example/x", "/\\evil.example/x", "/\t/evil.example/x", "/\n//evil.example/x"]) {
      expect(safeHref(value)).toMatch(/^https:\/\/evil\.example\//);
    }
  });

  it("gives only paths of this host and http(s) addresses, whatever comes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.webPath()), (value) => {
        const href = safeHref(value);
        return href === undefined || /^(\/(?![/\\])|https?:\/\/)/.test(href);
      }),
      { seed: 20_261_121, numRuns: 2000 },
    );
  });
});

describe("the stricter kinds of address", () => {
  it("an external link is never a path", () => {
    expect(safeExternalHref("/privacy")).toBeUndefined();
    expect(safeExternalHref("https://a.example/privacy")).toBe("https://a.example/privacy");
  });

  it("an image is https only", () => {
    expect(safeImage("https://a.example/logo.png")).toBe("https://a.example/logo.png");
    for (const value of [
      "http://a.example/logo.png",
      "/logo.png",
      "data:image/png;base64,AA",
      "javascript:1",
      // Would end the directive that it is named in (CSP 3 §2.2.1).
      "https://a.example;form-action/logo.png",
      undefined,
    ]) {
      expect(safeImage(value)).toBeUndefined();
    }
  });

  it("a form has a target or there is no form", () => {
    expect(formTarget("/consent")).toBe("/consent");
    expect(() => formTarget("javascript:alert(1)")).toThrow(TypeError);
  });

  it("a host is shown with its port", () => {
    expect(hostOf("https://app.example:8443/cb")).toBe("app.example:8443");
    expect(hostOf("nonsense")).toBeUndefined();
  });
});

describe("plainText", () => {
  it.each<[value: string, text: string]>([
    ["  The\n\tDaily  ", "The Daily"],
    ["\u202eevil\u202c", "evil"],
    ["a\u2066b\u2069c\u200bd\ufeffe\u00adf", "abcdef"],
    ["a\u0000b\u001b\u0085c", "a b c"],
    ["می\u200cخواهم", "می\u200cخواهم"],
    ["👩\u200d🚀", "👩\u200d🚀"],
    ["<b>", "<b>"],
  ])("%j → %j (WB-04)", (value, text) => {
    expect(plainText(value)).toBe(text);
  });

  it("keeps names short, without cutting a character in two", () => {
    expect(plainText("x".repeat(1_000_000), 10)).toBe(`${"x".repeat(9)}…`);
    expect(plainText("😀".repeat(50), 3)).toBe("😀😀…");
    expect(plainText("x".repeat(10), 10)).toBe("x".repeat(10));
  });
});

describe("initialOf", () => {
  it.each<[name: string, language: string, initial: string]>([
    ["the daily", "en", "T"],
    ["  «évening»", "fr", "É"],
    ["istanbul", "tr", "İ"],
    ["الجريدة", "ar", "ا"],
    ["9to5", "en", "9"],
    ["…", "en", "·"],
    ["", "en", "·"],
  ])("of %j in %s is %s", (name, language, initial) => {
    expect(initialOf(name, language)).toBe(initial);
  });
});
