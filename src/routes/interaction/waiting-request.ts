import {
  type AuthorizationRequest,
  parseAuthorizationRequest,
} from "../../domain/authorization/authorization-request.ts";
import { openInteraction } from "../../domain/interaction/interaction.ts";
import type { AppContext } from "../../http/env.ts";
import { interactionPaths } from "./paths.ts";

/** The authorization request that waits behind a page, and the sealed form in which it is handed on. */
export interface WaitingRequest {
  readonly sealed: string;
  readonly request: AuthorizationRequest;
}

/** Null when the page was opened by itself. Throws when what was sent does not belong to this browser. */
export async function waitingRequest(
  c: AppContext,
  browser: string | null,
  sealed: string | undefined,
): Promise<WaitingRequest | null> {
  if (sealed === undefined) return null;
  const interaction = await openInteraction(c.get("realm"), browser, sealed);
  return { sealed, request: await parseAuthorizationRequest(c.get("realm"), interaction.parameters) };
}

/** Where a page leads when it is done. */
export const onward = (waiting: WaitingRequest | null): string =>
  waiting === null ? interactionPaths.home : `${interactionPaths.resume}?interaction=${waiting.sealed}`;

/** Link from one page to another that takes the waiting request along. */
export const withWaiting = (path: string, waiting: WaitingRequest | null): string =>
  waiting === null ? path : `${path}?interaction=${waiting.sealed}`;
