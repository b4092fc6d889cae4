import { inject } from "vitest";
import { gatehouse } from "./gatehouse.ts";
import { referenceProvider } from "./reference-provider.ts";
import type { Target } from "./target.ts";

/** The target that the run names, with a realm of this file's own. */
export function startTarget(): Promise<Target> {
  return inject("conformanceTarget") === "gatehouse" ? gatehouse() : referenceProvider();
}
