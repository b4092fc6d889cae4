// @ts-check
import { CommanderError } from "commander";
import { ApiRefusal, Unreachable } from "../admin-api.mjs";
import { plain } from "./output.mjs";

export const exitCode = { refused: 1, usage: 2, unreachable: 3 };

/** The command cannot be carried out as it was given. */
export class UsageError extends Error {}

/** Nothing of this name is there, or the operator said no. */
export class Declined extends Error {}

/**
 * Says on stderr what went wrong.
 * @param {unknown} error
 * @returns {number} the exit code
 */
export function fail(error) {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage;
  if (error instanceof ApiRefusal) {
    console.error(`Refused: ${plain(error.message)}`);
    if (error.detail !== undefined) console.error(`  ${plain(error.detail)}`);
    console.error(`  ${error.code === undefined ? "" : `code ${plain(error.code)}, `}status ${error.status}`);
    return exitCode.refused;
  }
  if (!(error instanceof Error)) throw error;
  if (error instanceof Unreachable || error instanceof UsageError || error instanceof Declined) {
    console.error(`Error: ${plain(error.message)}`);
    if (error instanceof Unreachable) return exitCode.unreachable;
    return error instanceof UsageError ? exitCode.usage : exitCode.refused;
  }
  throw error;
}
