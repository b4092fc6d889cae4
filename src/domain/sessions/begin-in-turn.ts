import { limits } from "../../config/limits.ts";

/**
 * Begins an attempt that is counted before it is judged. Waits for those that are being judged: ten tabs with the right answer at once are
 * no attack. Answers 0, or milliseconds to wait.
 */
export async function beginInTurn(begin: () => Promise<number | "undecided">): Promise<number> {
  for (let asked = 0; asked < limits.attemptAsksAgain; asked++) {
    const answer = await begin();
    if (answer !== "undecided") return answer;
    await new Promise((resolve) => setTimeout(resolve, limits.attemptAskAgainMs));
  }
  return limits.attemptInFlightMs;
}
