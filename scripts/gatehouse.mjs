#!/usr/bin/env node
// @ts-check
// The operator's command line: every command is a call of the admin API of a running deployment.
import { fail } from "./cli/failure.mjs";
import { buildProgram } from "./cli/program.mjs";

process.stdout.on("error", (error) => {
  // The reader of a pipe, `head` for one, has seen enough.
  if ("code" in error && error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}
