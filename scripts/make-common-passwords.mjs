// Makes src/domain/credentials/common-passwords.ts, the filter of common passwords. Run with `npx node` (Node 24):
//   npx node scripts/make-common-passwords.mjs
// Ranked list: @zxcvbn-ts/language-common (MIT). To it come ready-made variations of the favourite words, which older
// leaks show too seldom. What guessable-patterns.ts recognises is left out, and so makes room for more.
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { dictionary } from "@zxcvbn-ts/language-common";
import { bloomHas, bloomPositions } from "../src/domain/credentials/bloom-filter.ts";
import { isDate, isRun, repeatedPiece } from "../src/domain/credentials/guessable-patterns.ts";

const target = new URL("../src/domain/credentials/common-passwords.ts", import.meta.url);
const entriesWanted = 6_200;
const filterBytes = 19_400;
const shortestListed = 8;

const favourites = [
  ..."password passw0rd p@ssword p@ssw0rd pa$$word pa$$w0rd passwort motdepasse contraseña contrasena senha123".split(
    " ",
  ),
  ..."qwerty azerty qwertz abc123 letmein welcome w3lcome admin administrator root login user guest test testing".split(
    " ",
  ),
  ..."changeme secret default iloveyou monkey dragon master football baseball sunshine princess summer winter".split(
    " ",
  ),
  ..."spring autumn hello google facebook minecraft pokemon superman batman shadow michael computer internet".split(
    " ",
  ),
];
const years = ["2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026", "2027"];
const endings = [
  "",
  "!",
  "1",
  "1!",
  "01",
  "12",
  "12!",
  "123",
  "123!",
  "1234",
  "12345",
  "@1",
  "@123",
  "#1",
  "#123",
  ...years,
];

const fold = (password) => password.normalize("NFC").toLowerCase();
const isWanted = (folded) =>
  [...folded].length >= shortestListed &&
  [...repeatedPiece(folded)].length >= shortestListed &&
  !isRun(folded) &&
  !isDate(folded);

const variations = favourites.flatMap((word) => endings.map((ending) => fold(`${word}${ending}`)));
const ranked = dictionary["passwords-common"].map((password) => fold(String(password)));
const entries = [...new Set([...variations, ...ranked].filter(isWanted))].slice(0, entriesWanted);

const filter = new Uint8Array(filterBytes);
for (const entry of entries) {
  for (const position of bloomPositions(entry, filterBytes * 8)) filter[position >> 3] |= 1 << (position & 7);
}

const bitsSet = filter.reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
const falsePositiveRate = (bitsSet / (filterBytes * 8)) ** bloomPositions("", 8).length;
const missing = entries.filter((entry) => !bloomHas(filter, entry));
if (missing.length > 0 || falsePositiveRate > 1e-5) throw new Error("the filter does not hold what it promises");

const source = `// Made by scripts/make-common-passwords.mjs; not edited by hand. In the filter are the ${entries.length} most common passwords of
// eight or more code points, NFC, lower case, less those that are mere patterns. About ${(falsePositiveRate * 1e6).toFixed(1)} in a million others hit it.
export const commonPasswords = {
  entries: ${entries.length},
  filter:
    "${Buffer.from(filter).toString("base64")}",
} as const;
`;
writeFileSync(target, source);
console.log(`${entries.length} entries (${new Set(variations.filter(isWanted)).size} of them variations)`);
console.log(`false positives: ${falsePositiveRate.toExponential(2)}; module: ${gzipSync(source).length} bytes gzipped`);
