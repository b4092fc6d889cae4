import {
  type AuthorizationRequest,
  parseAuthorizationRequest,
} from "../../domain/authorization/authorization-request.ts";
import { type Interaction, openInteraction, sealInteraction } from "../../domain/interaction/interaction.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { parseRedirectUrl, type ReturnAddress } from "../../domain/sso/return-address.ts";
import { browserId, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { readQuery } from "../../http/read-body.ts";
import { Parameters } from "../../lib/parameters.ts";
import { connectPaths } from "../connect/paths.ts";
import { parseSsoRequest } from "../sso/request.ts";
import { interactionPaths } from "./paths.ts";

/** What waits behind a page until its user has signed in, and the sealed form in which it is handed on. */
export interface WaitingRequest {
  readonly sealed: string;
  /** An application's request; null when another domain of the realm waits, a page, or a device. */
  readonly request: AuthorizationRequest | null;
  /** Where the browser is sent in the end: the page's forms must be allowed to lead there. */
  readonly targets: readonly string[];
  /** A page of our own waits. */
  readonly page?: true;
}

/** Somebody at a hosted page: their browser, and what waits behind the page. */
export interface Visit {
  readonly c: AppContext;
  readonly browser: string;
  readonly waiting: WaitingRequest | null;
}

/** A browser opens a page. */
export async function arrive(c: AppContext): Promise<Visit> {
  const waiting = await waitingRequest(c, browserId(c), readQuery(c).get("interaction"));
  const browser = ensureBrowserId(c);
  return { c, browser, waiting: waiting ?? (await waitingDomain(c, browser)) };
}

/** Null when the page was opened by itself. Throws when what was sent does not belong to this browser. */
export async function waitingRequest(
  c: AppContext,
  browser: string | null,
  sealed: string | undefined,
): Promise<WaitingRequest | null> {
  if (sealed === undefined) return null;
  const interaction = await openInteraction(c.get("realm"), browser, sealed);
  c.set("waiting", sealed);
  if (interaction.crossDomain) return { sealed, request: null, targets: crossDomainTargets(c, interaction) };
  if (interaction.device) return { sealed, request: null, targets: [] };
  if (interaction.page) {
    const address = waitingPage(c, interaction);
    if (answersOpener(address)) c.set("speaksToOpener", true);
    return { sealed, request: null, targets: [address], page: true };
  }
  const request = await parseAuthorizationRequest(c.get("realm"), interaction);
  return { sealed, request, targets: [request.target.uri] };
}

/** A consent of the token vault in a window of its own, whose answer is a message to the window that opened it (contract §6). */
function answersOpener(address: string): boolean {
  const url = URL.parse(address);
  return url?.pathname === connectPaths.command && url.searchParams.get("consented_action") === "postmessage";
}

/** A page that was opened with callback-url and redirect-url: another domain of the realm waits. Throws when they are not its. */
async function waitingDomain(c: AppContext, browser: string): Promise<WaitingRequest | null> {
  const query = readQuery(c);
  const addresses = ["callback-url", "redirect-url"].map((name) => [name, query.get(name) ?? ""] as const);
  if (addresses.some(([, address]) => address === "")) return null;
  const interaction: Interaction = { parameters: new Parameters(addresses), begunAt: Date.now(), crossDomain: true };
  const targets = crossDomainTargets(c, interaction);
  return { sealed: await sealInteraction(c.get("realm"), browser, interaction), request: null, targets };
}

function crossDomainTargets(c: AppContext, interaction: Interaction): string[] {
  const { callback, redirectUrl } = parseSsoRequest(c, interaction.parameters);
  return [callback.origin, redirectUrl];
}

/** Seals the address of a page that waits, for the way through our own. */
export function sealWaitingPage(c: AppContext, address: string): Promise<string> {
  const interaction = { parameters: new Parameters([["redirect-url", address]]), begunAt: Date.now(), page: true };
  return sealInteraction(c.get("realm"), ensureBrowserId(c), interaction);
}

/** Proven again: the realm's domains may have changed in between. Throws Problem. */
export function waitingPage(c: AppContext, { parameters }: Interaction): ReturnAddress {
  const context = c.get("realm");
  return parseRedirectUrl(context, parameters.get("redirect-url"), originOf(hostOf(c.req.url), context.config));
}

/** Where a page leads when it is done. */
export const onward = (waiting: WaitingRequest | null): string =>
  waiting === null ? interactionPaths.home : `${interactionPaths.resume}?interaction=${waiting.sealed}`;

/** Link from one page to another that takes the waiting request along. */
export const withWaiting = (path: string, waiting: WaitingRequest | null): string =>
  waiting === null ? path : withSealed(path, waiting.sealed);

export const withSealed = (path: string, sealed: string): string => `${path}?interaction=${sealed}`;
