import { readFile } from "node:fs/promises";

/** The variables in a `.dev.vars` file. */
export async function readDevVars(path: string): Promise<Record<string, string>> {
  const lines = (await readFile(path, "utf8")).split("\n");
  return Object.fromEntries(
    lines
      .map((line) => /^([A-Z_0-9]+)\s*=\s*"?([^"]*)"?\s*$/.exec(line))
      .filter((match) => match !== null)
      .map((match) => [match[1] ?? "", match[2] ?? ""]),
  );
}
