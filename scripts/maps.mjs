// @ts-check
// Writes docs/standards.md and docs/security-coverage.md from the comments of the source and the names of the tests.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** @typedef {{ file: string, text: string }} Place */

/** Standard → how it is written in comments and names. The first spelling is the one that is printed. */
const standards = [
  ["OpenID Connect Core", "OIDC Core"],
  ["OpenID Connect Discovery", "OIDC Discovery"],
  ["OpenID Connect RP-Initiated Logout", "OIDC RP-Initiated Logout", "RP-Initiated Logout 1.0", "RP-Initiated Logout"],
  ["OpenID Connect Back-Channel Logout", "Back-Channel Logout 1.0", "Back-Channel Logout"],
  ["OAuth 2.0 Form Post Response Mode", "Form Post Response Mode"],
  ["FAPI 2.0 Security Profile", "FAPI 2.0"],
  ["WebAuthn Level 3", "WebAuthn"],
  ["OWASP ASVS 5.0", "ASVS 5.0"],
  ["NIST 800-63B-4", "NIST SP 800-63B-4"],
];

const namedStandard = standards
  .flat()
  .toSorted((a, b) => b.length - a.length)
  .map((name) => name.replaceAll(".", "\\."))
  .join("|");
const section = "§+\\s?[0-9A-Z]+(?:\\.[0-9]+)*";
const citation = new RegExp(`(RFC [0-9]{4}|${namedStandard})\\s+(${section}(?:(?:, | and )${section})*)`, "g");

/** @param {string} name */
const canonical = (name) => standards.find((spellings) => spellings.includes(name))?.[0] ?? name;

/**
 * @param {string} text
 * @returns {{ standard: string, section: string }[]}
 */
function citations(text) {
  return [...text.matchAll(citation)].flatMap(([, name = "", list = ""]) =>
    [...list.matchAll(/§+\s?([0-9A-Z]+(?:\.[0-9]+)*)/g)].map(([, number = ""]) => ({
      standard: canonical(name),
      section: number,
    })),
  );
}

/**
 * @param {string} folder
 * @returns {string[]} paths from the root, sorted
 */
function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted();
}

/**
 * Comments of the source.
 * @param {string} text
 */
const comments = (text) =>
  (text.match(/\/\*[\s\S]*?\*\/|\/\/.*$/gm) ?? []).map((comment) => comment.replace(/\s*\n\s*\*?\s*/g, " "));

/**
 * A test file without its comments: what is left names checks in the names of tests and groups, and in the tables that they are made from.
 * @param {string} text
 */
const withoutComments = (text) => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

/** @returns {string} */
export function standardsPage() {
  /** @type {Map<string, Map<string, { files: Set<string>, tests: Set<string> }>>} */
  const found = new Map();
  /** @param {{ standard: string, section: string }} cited @param {"files" | "tests"} kind @param {string} file */
  const note = ({ standard, section: number }, kind, file) => {
    const sections = found.get(standard) ?? new Map();
    found.set(standard, sections);
    const places = sections.get(number) ?? { files: new Set(), tests: new Set() };
    sections.set(number, places);
    places[kind].add(file);
  };
  for (const file of filesBelow("src"))
    for (const comment of comments(readFileSync(join(root, file), "utf8")))
      for (const cited of citations(comment)) note(cited, "files", file);
  for (const file of filesBelow("test"))
    for (const cited of citations(readFileSync(join(root, file), "utf8"))) note(cited, "tests", file);

  const lines = [
    "# Standards",
    "",
    "Which section of which standard is built where, and which tests hold it. Made by `npm run maps` from the comments of the source",
    "and from the tests; a row without a file is a rule that no single file owns.",
  ];
  for (const [standard, sections] of [...found].toSorted(([a], [b]) => byNumber(a, b))) {
    lines.push("", `## ${standard}`, "", "| section | files | tests |", "|---|---|---|");
    for (const [number, { files, tests }] of [...sections].toSorted(([a], [b]) => byNumber(a, b)))
      lines.push(`| §${number} | ${links(files)} | ${links(tests)} |`);
  }
  return `${lines.join("\n")}\n`;
}

/** @returns {string} */
export function coveragePage() {
  /** @type {{ checks: Record<string, string>, elsewhere: Record<string, string> }} */
  const { checks, elsewhere } = JSON.parse(readFileSync(join(root, "scripts/security-checks.json"), "utf8"));
  /** @type {Map<string, Place[]>} */
  const held = new Map();
  for (const file of filesBelow("test"))
    for (const text of withoutComments(readFileSync(join(root, file), "utf8")).split("\n"))
      for (const id of new Set(text.match(/\b[A-Z]{2,4}-[0-9]{2}\b/g) ?? []))
        held.set(id, [...(held.get(id) ?? []), { file, text }]);

  const ids = Object.keys(checks);
  const open = ids.filter((id) => !held.has(id) && !(id in elsewhere));
  const lines = [
    "# Security checks and the tests that hold them",
    "",
    "Made by `npm run maps` from the names of the tests. Severity: C stops a release, H must hold before general use, M should, L hardens.",
    "",
    `${ids.length} checks: ${ids.filter((id) => held.has(id)).length} held by tests, ${ids.filter((id) => !held.has(id) && id in elsewhere).length} held otherwise or not applying, ${open.length} open${open.length === 0 ? "." : `: ${open.join(", ")}.`}`,
  ];
  let group = "";
  for (const id of ids) {
    const [prefix = ""] = id.split("-");
    if (prefix !== group) lines.push("", `## ${prefix}`, "", "| id | severity | held by |", "|---|---|---|");
    group = prefix;
    const places = held.get(id) ?? [];
    const byFile = Map.groupBy(places, ({ file }) => file);
    const tests = [...byFile].map(([file, inFile]) => `${link(file)}${inFile.length > 1 ? ` (${inFile.length})` : ""}`);
    const reason = elsewhere[id];
    lines.push(
      `| ${id} | ${checks[id]} | ${[...tests, ...(reason === undefined ? [] : [reason])].join(", ") || "open"} |`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** @param {string} file */
const link = (file) =>
  `[${file
    .replace(/^(?:src|test)\//, "")
    .replace(/\.test(?=\.tsx?$)/, "")
    .replace(/\.tsx?$/, "")}](../${file})`;

/** @param {Iterable<string>} files */
const links = (files) => [...files].map(link).join(", ");

/** @param {string} a @param {string} b */
const byNumber = (a, b) => a.localeCompare(b, "en", { numeric: true });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, "docs/standards.md"), standardsPage());
  writeFileSync(join(root, "docs/security-coverage.md"), coveragePage());
}
