import { afterEach, beforeEach, vi } from "vitest";

/** How long a code of an authenticator app is the current one, in milliseconds. */
export const step = 30_000;

/** Every test of the file begins at the same moment, and time passes only when it says so. */
export function useFrozenClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-03-01T12:00:10Z") });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

export const later = (ms: number): void => {
  vi.setSystemTime(Date.now() + ms);
};
