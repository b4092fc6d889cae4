import type { KeyRing, Sealed } from "./key-ring.ts";

/** `lost`: no key opens it. `nothing`: it is under the newest already, or was replaced meanwhile. */
export type RewrapOutcome = "rewrapped" | "lost" | "nothing";

/** How many values were sealed anew, and how many no key opens. */
export interface Rewrapping {
  readonly rewrapped: number;
  readonly lost: number;
}

/** Seals the same text under the newest key. `put` stores it only if the old one is still there, and answers whether it was. */
export async function rewrap(
  ring: KeyRing,
  purpose: string,
  context: string,
  sealed: string,
  put: (sealed: Sealed) => boolean | Promise<boolean>,
): Promise<RewrapOutcome> {
  if (sealed.startsWith(`${ring.currentKeyId}.`)) return "nothing";
  const opened = await ring.open(purpose, context, sealed);
  if (opened === null) return "lost";
  return (await put(await ring.seal(purpose, context, opened))) ? "rewrapped" : "nothing";
}
