#!/usr/bin/env node
// @ts-check
// npm run deploy: makes what is missing, brings the database up to date, deploys, looks whether it works. Run again, it goes on where it was.
import { DeployError } from "./deploy/deploy-error.mjs";
import { main } from "./deploy/main.mjs";

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(`\n✗ ${error.message}\n  → ${error.remedy}`);
  process.exitCode = error.exitCode;
}
