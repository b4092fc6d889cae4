// A folder that goes away with the process. It lies in memory where the system has such a place, for builds and the
// storage of Workers under test: disks are not what is measured.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const MEMORY = "/dev/shm";

export function makeScratch() {
  const inMemory = existsSync(MEMORY);
  const root = mkdtempSync(path.join(inMemory ? MEMORY : tmpdir(), "gatehouse-bench-"));
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  return { inMemory, folder: (name) => mkdtempSync(path.join(root, `${name}-`)) };
}
