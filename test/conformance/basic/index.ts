import type { Module } from "../support/plan.ts";
import { claims } from "./claims.ts";
import { codes } from "./codes.ts";
import { hints } from "./hints.ts";
import { requestObjects } from "./request-objects.ts";
import { responses } from "./responses.ts";
import { sessions } from "./sessions.ts";

/** The 38 modules of oidcc-basic-certification-test-plan. Those that wait longest come first. */
export const basicModules: readonly Module[] = [
  ...codes,
  ...sessions,
  ...responses,
  ...claims,
  ...hints,
  ...requestObjects,
];
