import { vi } from "vitest";

/** Moves the clock of the Worker and of its objects, and stops it there. Undo with `vi.useRealTimers()`. */
export function travel(seconds: number): void {
  const then = Date.now() + seconds * 1000;
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(then);
}
