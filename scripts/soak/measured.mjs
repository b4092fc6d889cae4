// Puts what was measured into a page of the documents.
import { readFileSync, writeFileSync } from "node:fs";

const MEASURED = /(<!-- measured -->\n)[\s\S]*(<!-- \/measured -->)/;

/** @param {string} file Markdown with a place between two comments @param {string} text */
export function writeMeasured(file, text) {
  const page = readFileSync(file, "utf8");
  if (!MEASURED.test(page)) throw new Error(`${file} has no place for results`);
  writeFileSync(
    file,
    page.replace(MEASURED, (_, open, close) => `${open}\n${text}\n\n${close}`),
  );
}
