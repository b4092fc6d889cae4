// What every answer must be like, whatever was asked.
import { HEADER, MARKUP } from "./hostile-texts.ts";

const STACK = /\bat [\w.<>]+ \(|SQLITE_|D1_ERROR|RangeError|TypeError:|ReferenceError|node_modules|ZodError|\.tsx?:\d+/;
const ALWAYS = {
  "x-content-type-options": /^nosniff$/,
  "referrer-policy": /./,
  "cross-origin-resource-policy": /^(?:same-origin|same-site|cross-origin)$/,
};
const OF_PAGES = { "content-security-policy": /(?:default-src|script-src) '(?:none|self)'|sandbox/ };
const OF_REFUSALS = {
  "cache-control": /no-store/,
  "x-error-code": /^[A-Za-z_-]+$/,
  "x-request-id": /^[\w-]{8,64}$/,
};

/** What is wrong with an answer; null when all is well. @param canaries secrets that it must not show */
export function faultIn(answer, canaries) {
  const { status, head, body } = answer;
  const secret = canaries.shownIn(`${head}\r\n${body}`);
  if (secret !== null) return `the answer shows ${secret}`;
  const type = answer.header("content-type") ?? "";
  if (status >= 500) return `status ${status}`;
  if (head.toLowerCase().includes(`\r\n${HEADER}:`)) return "a header was injected";
  const isPage = type.startsWith("text/html");
  if (isPage && body.includes(MARKUP)) return "a page shows what was sent, unescaped";
  if (!type.includes("javascript") && STACK.test(body)) return "the body looks like a stack or a driver's error";
  const required = { ...ALWAYS, ...(isPage ? OF_PAGES : {}), ...(status >= 400 ? OF_REFUSALS : {}) };
  for (const [name, pattern] of Object.entries(required))
    if (!pattern.test(answer.header(name) ?? "")) return `the header ${name} is missing or wrong`;
  if (isPage && !/frame-ancestors/.test(answer.header("content-security-policy")) && !answer.header("x-frame-options"))
    return "a page may be framed by anybody";
  return null;
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request as a command that sends it again. Where its bytes are no text, they are given as `$'\x..'`. */
export function asCurl(origin, { method, path, headers, body }) {
  const parts = ["curl", "-i", "-X", method, quoted(`${origin}${path}`)];
  for (const [name, value] of Object.entries(headers)) parts.push("-H", quoted(`${name}: ${value}`));
  if (body !== undefined) parts.push("--data-binary", /^[\x20-\x7e]*$/.test(body) ? quoted(body) : bytes(body));
  return parts.join(" ");
}

const bytes = (body) =>
  `$'${[...Buffer.from(body.toWellFormed())].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}'`;
