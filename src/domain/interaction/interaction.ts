import { limits } from "../../config/limits.ts";
import { PageError } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import { Parameters } from "../../lib/parameters.ts";
import type { SentRequest } from "../authorization/authorization-request.ts";
import type { PushedMark } from "../authorization/pushed-request.ts";
import type { RealmContext } from "../realm-context.ts";

const purpose = "interaction";

/**
 * An authorization request on its way through the pages. It travels sealed, bound to realm and browser: nobody can change what was
 * asked for between the steps, another browser cannot go on with it, and nothing is stored for strangers.
 */
export interface Interaction extends SentRequest {
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
  /** The session that a consent page was shown to. */
  readonly shownTo?: string;
  /** What that page asked for, hashed. */
  readonly shownScopes?: string;
  /** Set when no application waits but another domain of the realm (contract §2); `parameters` then are its addresses. */
  readonly crossDomain?: boolean;
  /** Set when a device waits (RFC 8628 §3.3); `parameters` then is the code that was typed. */
  readonly device?: boolean;
  /** Set when a page waits that the realm has named; `parameters` then is its address. */
  readonly page?: boolean;
  /** Set when the request came to Bridgekeeper's address, and is answered in its way (contract §1). */
  readonly bridgekeeper?: boolean;
}

const binding = (context: RealmContext, browserId: string): string => `${context.realm.id}|${browserId}`;

export function sealInteraction(context: RealmContext, browserId: string, interaction: Interaction): Promise<string> {
  return context.ring.seal(purpose, binding(context, browserId), utf8(interactionText(interaction)));
}

/** For carrying an interaction along inside something else that is sealed. */
export const interactionText = (interaction: Interaction): string =>
  JSON.stringify({
    parameters: interaction.parameters.entries(),
    pushed: interaction.pushed,
    begunAt: interaction.begunAt,
    shownTo: interaction.shownTo,
    shownScopes: interaction.shownScopes,
    crossDomain: interaction.crossDomain,
    device: interaction.device,
    page: interaction.page,
    bridgekeeper: interaction.bridgekeeper,
  });

/** Throws PageError when it is too old, of another realm or browser, or was not sealed here. */
export async function openInteraction(
  context: RealmContext,
  browserId: string | null,
  sealed: string | undefined,
): Promise<Interaction> {
  const opened =
    browserId === null || sealed === undefined
      ? null
      : await context.ring.open(purpose, binding(context, browserId), sealed);
  return parseInteraction(context, (opened === null ? null : fromUtf8(opened)) ?? "");
}

/** From the text that interactionText wrote. Throws PageError when it is too old, or no such text. */
export function parseInteraction(context: RealmContext, text: string): Interaction {
  const value = parseJson(text);
  if (!isRecord(value) || typeof value.begunAt !== "number" || !Array.isArray(value.parameters))
    throw new PageError("interaction-expired");
  if (context.clock.now() - value.begunAt > limits.interactionTtlSeconds * 1000)
    throw new PageError("interaction-expired");
  return {
    parameters: new Parameters(value.parameters as [string, string][]),
    begunAt: value.begunAt,
    ...(isRecord(value.pushed) ? { pushed: value.pushed as unknown as PushedMark } : {}),
    ...(typeof value.shownTo === "string" ? { shownTo: value.shownTo } : {}),
    ...(typeof value.shownScopes === "string" ? { shownScopes: value.shownScopes } : {}),
    ...(value.crossDomain === true ? { crossDomain: true } : {}),
    ...(value.device === true ? { device: true } : {}),
    ...(value.page === true ? { page: true } : {}),
    ...(value.bridgekeeper === true ? { bridgekeeper: true } : {}),
  };
}
