/**
 * The limiter counts by the minutes of the clock: a test that counts up to a limit begins when enough of the minute is left for it.
 * The time is the real one, whatever a test has set.
 */
export async function enoughOfTheMinute(neededMs = 5_000): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < neededMs) await new Promise((resolve) => setTimeout(resolve, leftMs + 50));
}
