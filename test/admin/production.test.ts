import { describe, expect, it } from "vitest";
import { parseDomainName } from "../../src/domain/realms/domain-name.ts";
import { requireAuthenticationUrl } from "../../src/domain/realms/realm-hosts.ts";
import { config } from "../support/world.ts";

const production = { ...config, development: false };

describe("AU-10 in production", () => {
  it.each([
    "localhost",
    "auth.localhost",
    "auth.test",
    "news.invalid",
    "printer.local",
    "db.internal",
    "router.home.arpa",
    "hidden.onion",
    "127.0.0.1",
    "com",
    "example.1",
  ])("%s is nobody's domain", (name) => {
    expect(parseDomainName(name, false)).toBe(null);
  });

  it.each([
    ["news.example.com", "news.example.com"],
    ["NEWS.Example.COM", "news.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["例え.テスト", "xn--r8jz45g.xn--zckzah"],
    ["localhost.example.com", "localhost.example.com"],
    ["mytest", null],
    ["contest.org", "contest.org"],
  ])("%s is read as %s", (name, host) => {
    expect(parseDomainName(name, false)).toBe(host);
  });

  it("reads what it wrote as the same", () => {
    for (const name of ["bücher.example", "NEWS.Example.COM", "例え.テスト"]) {
      const host = parseDomainName(name, false) ?? "";
      expect(parseDomainName(host, false)).toBe(host);
    }
  });

  it.each(["http://news.example.com/in", "https://news.example.com:8443/in", "https://evil.example.com/in"])(
    "no realm's sign-in page is at %s",
    (url) => {
      expect(() => requireAuthenticationUrl(url, ["news.example.com"], production)).toThrow("body-invalid");
      expect(() =>
        requireAuthenticationUrl("https://news.example.com/in", ["news.example.com"], production),
      ).not.toThrow();
    },
  );
});
