// @ts-check
// Verifies an export of the audit log by docs/audit.md alone, with nothing of the server's.
import { createHash } from "node:crypto";

/**
 * @typedef {{ seq: number, hash: string }} Link
 * @typedef {{ ok: true, count: number, realm: string, anchor: Link, head: Link } | { ok: false, at: number, why: string }} Verdict
 */

/**
 * The one text of a value (RFC 8785); of numbers only integers occur.
 * @param {unknown} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}

/**
 * @param {string} text an export in NDJSON, whole
 * @param {Link} [remembered] a head that was seen before: the chain has to pass through it
 * @returns {Verdict}
 */
export function verifyExport(text, remembered) {
  const [preface, ...entries] = text
    .split("\n")
    .filter((line) => line !== "")
    .map(parse);
  const chain = preface?.chain;
  if (typeof chain !== "object" || chain === null) return broken(0, "the first line does not describe a chain");
  const { realm, anchor, head, complete } =
    /** @type {{ realm: string, anchor: Link, head: Link, complete: boolean }} */ (chain);
  if (complete !== true) return broken(0, "it was exported with filters: entries are missing on purpose");
  let { seq, hash } = anchor;
  // Whoever makes a chain anew could let it begin behind what was seen.
  if (remembered !== undefined && remembered.seq < anchor.seq)
    return broken(
      anchor.seq,
      `entries are gone up to here, and with them the head that was remembered, ${remembered.seq}`,
    );
  let passed = remembered === undefined || same(remembered, anchor);
  for (const entry of entries) {
    if (entry?.seq !== seq + 1) return broken(seq + 1, "the entry is missing");
    const expected = createHash("sha256")
      .update(`${realm}\n${seq + 1}\n${hash}\n${canonical(entry.event)}`)
      .digest("base64url");
    if (entry.hash !== expected) return broken(seq + 1, "the entry is not the one that was written");
    seq += 1;
    hash = expected;
    if (remembered?.seq === seq) passed = same(remembered, { seq, hash });
  }
  if (!same({ seq, hash }, head)) return broken(seq + 1, "the end is missing");
  if (!passed) return broken(remembered?.seq ?? 0, "the chain does not pass through the head that was remembered");
  return { ok: true, count: entries.length, realm, anchor, head };
}

/**
 * @param {number} at
 * @param {string} why
 * @returns {Verdict}
 */
const broken = (at, why) => ({ ok: false, at, why });

/**
 * @param {Link} one
 * @param {Link} other
 */
const same = (one, other) => one.seq === other.seq && one.hash === other.hash;

/** @param {string} line */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
