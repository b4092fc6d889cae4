// Reads a CPU profile: which functions the samples fell into, named after the sources. Samples are counted, not their
// distances summed: between two samples of one isolate, workerd's thread may have worked for another.
import { SourceMap } from "node:module";

const NOT_WORKING = new Set(["(idle)", "(root)"]);

/**
 * Samples by function, twice: `self` in the function alone, `total` with all it called; those with the most first.
 * @param profile as `Profiler.stop` gives it
 * @param sourceMaps JSON of the source maps that there are, by file name of the bundle's modules
 */
export function samplesByFunction(profile, sourceMaps = {}) {
  const maps = new Map(Object.entries(sourceMaps).map(([name, map]) => [name, new SourceMap(map)]));
  const nodes = new Map(
    profile.nodes.map((node) => [node.id, { name: nameOf(node, maps), self: 0, children: node.children ?? [] }]),
  );
  for (const id of profile.samples) nodes.get(id).self += 1;

  const functions = new Map();
  const visit = (id, callers) => {
    const { name, self, children } = nodes.get(id);
    const within = new Set(callers).add(name);
    const total = children.reduce((sum, child) => sum + visit(child, within), self);
    const entry = functions.get(name) ?? { name, self: 0, total: 0 };
    entry.self += self;
    if (!callers.has(name)) entry.total += total;
    functions.set(name, entry);
    return total;
  };
  visit(profile.nodes[0].id, new Set());

  const working = [...functions.values()].filter(({ name }) => !NOT_WORKING.has(name));
  const samples = working.reduce((sum, { self }) => sum + self, 0);
  const most = (figure) => working.toSorted((a, b) => b[figure] - a[figure]);
  return { samples, bySelf: most("self"), byTotal: most("total") };
}

function nameOf({ callFrame }, maps) {
  const name = callFrame.functionName || "(anonymous)";
  const map = maps.get(callFrame.url.replace(/^.*\//, ""));
  if (map === undefined || callFrame.lineNumber < 0) return name;
  const { originalSource, originalLine } = map.findEntry(callFrame.lineNumber, callFrame.columnNumber);
  if (originalSource === undefined) return name;
  const file = originalSource.replace(/^.*node_modules\//, "").replace(/^(\.\.\/)+/, "");
  return `${name}  ${file}:${originalLine + 1}`;
}
