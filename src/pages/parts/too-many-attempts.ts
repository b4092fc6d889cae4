import type { Texts } from "../texts/index.ts";

/** With how long to wait, where that is known. */
export const tooManyAttempts = ({ signIn }: Texts, retryAfterSeconds: number | undefined): string =>
  retryAfterSeconds === undefined ? signIn.problems["too-many-attempts"] : signIn.tooManyAttemptsFor(retryAfterSeconds);
