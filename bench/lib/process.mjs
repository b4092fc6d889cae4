// What Linux tells about processes. Elsewhere there is nothing to read, and the columns stay empty.
import { readFileSync } from "node:fs";

const CLOCK_TICKS_PER_SECOND = 100;

/** Ids of this process's children; none where /proc does not tell. */
export function childProcessIds() {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Time that all processors together have worked so far, in microseconds; undefined where /proc does not tell. */
export function machineMicroseconds() {
  try {
    const [first] = readFileSync("/proc/stat", "utf8").split("\n", 1);
    const [user, nice, system, , , irq, softirq, steal] = first.split(/ +/).slice(1).map(Number);
    return ((user + nice + system + irq + softirq + steal) / CLOCK_TICKS_PER_SECOND) * 1e6;
  } catch {
    return undefined;
  }
}

/** User and system time that a process has used so far, in microseconds; undefined where /proc does not tell. */
export function cpuMicroseconds(processId) {
  if (processId === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND) * 1e6;
  } catch {
    return undefined;
  }
}
