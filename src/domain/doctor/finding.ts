export type FindingState = "ok" | "warn" | "fail";

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly state: FindingState;
  readonly detail: string;
  /** What to do about it; null when all is well. */
  readonly remedy: string | null;
}

export const ok = (name: string, detail: string): Finding => ({ name, state: "ok", detail, remedy: null });
export const warn = (name: string, detail: string, remedy: string): Finding => ({
  name,
  state: "warn",
  detail,
  remedy,
});
export const fail = (name: string, detail: string, remedy: string): Finding => ({
  name,
  state: "fail",
  detail,
  remedy,
});

const shownNames = 5;

/** Some of the names, and how many more there are. */
export const named = (names: readonly string[]): string =>
  names.length <= shownNames
    ? names.join(", ")
    : `${names.slice(0, shownNames).join(", ")} and ${names.length - shownNames} more`;
