import type { Module } from "../support/plan.ts";
import { assertions } from "./assertions.ts";
import { flows } from "./flows.ts";
import { possession } from "./possession.ts";
import { pushedRequests } from "./pushed-requests.ts";
import { tokens } from "./tokens.ts";

/**
 * The modules of fapi2-security-profile-final-test-plan for private_key_jwt, DPoP and unsigned requests, without those of single
 * countries and of grant management. Those that wait longest come first.
 */
export const fapi2Modules: readonly Module[] = [...pushedRequests, ...tokens, ...flows, ...assertions, ...possession];
