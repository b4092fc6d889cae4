import * as z from "zod";

/** Times in answers of this surface. */
export const timeSchema = z.iso.datetime().describe("ISO 8601, in UTC.");

/** `epochMs`: milliseconds since the epoch. */
export const timeJson = (epochMs: number): string => new Date(epochMs).toISOString();

export const nullableTimeJson = (epochMs: number | null): string | null =>
  epochMs === null ? null : timeJson(epochMs);
