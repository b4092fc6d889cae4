// @ts-check
import { CommanderError } from "commander";
import { ApiRefusal, Unreachable } from "../admin-api.mjs";
import { plain } from "./output.mjs";

export const exitCode = { refused: 1, usage: 2, unreachable: 3, someRejected: 4 };

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
    for (const line of refusalLines(error)) console.error(plain(line));
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

/** @param {ApiRefusal} refusal */
function refusalLines({ message, detail, code, status, problem }) {
  const { errors, request_id: requestId } = problem;
  const byField = typeof errors === "object" && errors !== null ? Object.entries(errors) : [];
  const named = code === undefined ? "" : `code ${code}, `;
  return [
    `Refused: ${message}`,
    ...(detail === undefined ? [] : [`  ${detail}`]),
    ...byField.map(([field, fault]) => `  ${field}: ${typeof fault === "string" ? fault : JSON.stringify(fault)}`),
    `  ${named}status ${status}${typeof requestId === "string" ? `, request ${requestId}` : ""}`,
  ];
}
