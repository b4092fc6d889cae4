// What requests are made of that no honest client sends.
import * as fc from "fast-check";

/** Shows up unescaped in a page, or as a header of an answer, where somebody's text became something else. */
export const MARKUP = "<gh-mark";
export const HEADER = "x-gh-mark";

const HOSTILE = [
  "",
  " ",
  "0",
  "-1",
  "1e309",
  "9".repeat(400),
  "NaN",
  "null",
  "undefined",
  "true",
  "[]",
  "[object Object]",
  "__proto__",
  "constructor",
  "toString",
  "\0",
  "a\0b",
  `\r\n${HEADER}: 1`,
  `%0d%0a${HEADER}:%201`,
  "\u202e\u200b\ufeff",
  "\ud800",
  "é😀ß",
  "%",
  "%zz",
  "%ff%fe",
  "%c0%ae%c0%ae/",
  "../../etc/passwd",
  "..\\..\\",
  "' OR 1=1--",
  "%_",
  `"'>${MARKUP} a=1>`,
  `</script>${MARKUP}>`,
  `javascript:${MARKUP}>`,
  "{{7*7}}<%= 7*7 %>",
  "//evil.test",
  "https://evil.test/",
  "http://[::1",
  "data:,",
  "(a+)+$",
  "a".repeat(3000),
  "eyJhbGciOiJub25lIn0.e30.",
  "a.b.c",
  "2026-13-45T99:99:99Z",
];

export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 60 }).map((text) => `${MARKUP}>${text}`) },
);

export const hostileName = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "hasOwnProperty", "", "a[]", "a.b", "$ne", "%00"),
  fc.string({ unit: "binary", maxLength: 20 }),
);

const nested = (depth, [open, close], inner = "") => open.repeat(depth) + inner + close.repeat(depth);

/** Bodies that are no object, or one that is no use. */
export const hostileBody = fc.oneof(
  fc.constantFrom(
    nested(5000, ["[", "]"]),
    nested(5000, ['{"a":', "}"], "1"),
    '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
    '{"email":"a@b.test","email":[]}',
    '{"email":',
    "{'email':1}",
    "\ufeff{}",
    "NaN",
    "-0",
    "null",
    '"text"',
    "[]",
    '{"email":"\\ud800","username":"\\u0000","password":"\\udfff"}',
    `{${Array.from({ length: 3000 }, (_, at) => `"k${at}":${at}`).join()}}`,
    "a=1&a=2&a=3",
    "&&&===&%&%zz=%ff",
    Array.from({ length: 500 }, (_, at) => `k${at}=1`).join("&"),
    " ".repeat(70_000),
  ),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: "binary", maxLength: 200 }),
);
