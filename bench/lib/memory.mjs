// What a process holds in memory, and whether that stays as it is. Linux only: elsewhere there is nothing to read.
import { readFileSync } from "node:fs";

const KIB_PER_MIB = 1024;

/** Resident memory of a process in MiB; undefined where /proc does not tell. */
export function residentMib(processId) {
  try {
    const kib = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${processId}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) / KIB_PER_MIB;
  } catch {
    return undefined;
  }
}

/** Looks at it every so often until `stop`, which answers the samples: seconds since the start, and MiB. */
export function watchMemory(processId, everyMs) {
  const startedAt = performance.now();
  const samples = [];
  const look = () => {
    const mib = residentMib(processId);
    if (mib !== undefined) samples.push({ seconds: (performance.now() - startedAt) / 1000, mib });
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    stop() {
      clearInterval(timer);
      look();
      return samples;
    },
  };
}

/** Least squares: how much y grows for one of x. Undefined for fewer than three points. */
export function slope(points) {
  if (points.length < 3) return undefined;
  const mean = (key) => points.reduce((sum, point) => sum + point[key], 0) / points.length;
  const [meanX, meanY] = [mean("x"), mean("y")];
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
