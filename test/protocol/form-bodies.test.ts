import { describe, expect, it } from "vitest";
import { formPairs } from "../../src/lib/form.ts";

const texts = [
  "",
  "&&",
  "a",
  "a=",
  "=b",
  "=",
  "a=b=c",
  "a=1&a=2&b",
  "grant_type=client_credentials&scope=a+b%20c",
  "redirect_uri=https%3A%2F%2Fapp.test%2Fcb%3Fx%3D1%26y%3D2",
  "n%61me=%C3%A9&%F0%9F%98%80=%f0%9f%98%80",
  "plain=é😀&+=+",
  "nul=%00&bom=%EF%BB%BF&line=%0D%0A",
  "__proto__=1&constructor=2&toString=3",
  "half=%&more=%4&odd=%zz&good=%41",
  "not-utf-8=%FF%FE&cut=%E2%82",
  "surrogate=%ED%A0%80&overlong=%C0%AF",
  "#x=1#&;=2;3",
];

describe("the pairs of a form (URL Standard, application/x-www-form-urlencoded parsing)", () => {
  it.each(texts)("are those that the platform finds: %j", (text) => {
    expect(formPairs(text)).toEqual([...new URLSearchParams(`?${text}`)]);
  });

  it("also of what nobody would write", () => {
    const letters = ["&", "=", "+", "%", "%2", "%41", "%C3", "%A9", "%F0%9F%98%80", "a", "é", "?", "#", " "];
    for (let n = 0; n < 2_000; n++) {
      const text = Array.from({ length: 1 + (n % 12) }, () => letters[Math.floor(Math.random() * letters.length)]).join(
        "",
      );
      expect(formPairs(text), text).toEqual([...new URLSearchParams(`?${text}`)]);
    }
  });
});
