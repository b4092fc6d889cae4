// What makes figures doubtful: other programs at work, and a load that may itself be the limit.
import { number } from "./format.mjs";

const BUSY_CLIENT_CORES = 0.9;
const DISTURBING_CORES = 0.15;

/** @param rows as `summarize` makes them, each with the name that it is to be called by */
export function doubtsAbout(rows) {
  const doubts = [];
  const disturbed = Math.max(...rows.map(({ otherCores }) => otherCores ?? 0));
  if (disturbed > DISTURBING_CORES)
    doubts.push(`! Other programs took up to ${number(disturbed, 2)} cores: measure again on a quiet machine.`);
  for (const { operation, clientCores } of rows.filter((row) => row.clientCores > BUSY_CLIENT_CORES))
    doubts.push(`! ${operation}: the load took ${number(clientCores, 2)} cores and may itself be the limit.`);
  return doubts;
}
