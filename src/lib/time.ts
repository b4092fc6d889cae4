/** Whole seconds since the epoch, as JWT NumericDate wants them (RFC 7519 §2). */
export type Seconds = number;

export const toSeconds = (epochMs: number): Seconds => Math.floor(epochMs / 1000);

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
