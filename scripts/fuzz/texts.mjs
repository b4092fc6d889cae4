// What requests are made of that no honest client sends.
import * as fc from "fast-check";
import { hostileTexts, MARKUP } from "./hostile-texts.ts";

export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileTexts) },
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
