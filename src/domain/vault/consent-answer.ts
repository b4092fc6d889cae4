/** How an application hears what came of a consent (contract §6), and where. */
import { Problem } from "../../errors/errors.ts";
import type { Client } from "../clients/client.ts";
import { isRegistered } from "../clients/redirect-uri.ts";
import { registeredOrigins } from "../clients/registered-origins.ts";

/** `page`: back to our own page of buttons; the others are the application's. */
export const consentActions = ["redirect", "postmessage", "post", "postwebkitmessage", "page"] as const;
export type ConsentAction = (typeof consentActions)[number];

export interface WantedAnswer {
  readonly action: ConsentAction;
  readonly redirect: string | null;
  /** The application's own, given back as it came. */
  readonly state: string | null;
}

declare const registered: unique symbol;

/** An address or an origin that the application has registered. */
export type ConsentTarget = string & { readonly [registered]: true };

export type ConsentAnswer =
  | { readonly action: "redirect" | "post"; readonly target: ConsentTarget; readonly state: string | null }
  /** `target`: an origin. */
  | { readonly action: "postmessage"; readonly target: ConsentTarget; readonly state: string | null }
  | { readonly action: "postwebkitmessage" | "page"; readonly target: null; readonly state: string | null };

/**
 * What is left out is what the application has registered, when that is one thing alone. Throws Problem, redirect-not-allowed, for what it
 * has not registered: then it hears nothing at all.
 */
export function consentAnswer(client: Client, { action, redirect, state }: WantedAnswer): ConsentAnswer {
  if (action === "page" || action === "postwebkitmessage") return { action, target: null, state };
  if (action === "postmessage") return { action, target: originFor(client, redirect), state };
  return { action, target: addressFor(client, redirect, action === "post"), state };
}

function addressFor(client: Client, redirect: string | null, isForm: boolean): ConsentTarget {
  const { redirect_uris: uris } = client.metadata;
  const [only] = uris;
  const uri = redirect ?? (uris.length === 1 ? only : undefined);
  const isWeb = /^https?:/i.test(uri ?? "");
  if (uri === undefined || !isRegistered(uri, uris, client.type) || (isForm && !isWeb)) throw notRegistered();
  return uri as ConsentTarget;
}

function originFor(client: Client, redirect: string | null): ConsentTarget {
  const origins = registeredOrigins(client);
  const [only] = origins;
  const origin = redirect === null ? (origins.size === 1 ? only : undefined) : URL.parse(redirect)?.origin;
  if (origin === undefined || !origins.has(origin)) throw notRegistered();
  return origin as ConsentTarget;
}

const notRegistered = (): Problem =>
  new Problem("redirect-not-allowed", { detail: "The application has not registered consented_redirect." });

/** What the application is told. */
export type ConsentOutcome = { readonly oauthId: string } | { readonly error: string };

/** The same in fields, for a query, a form or a message. */
export const answerFields = (
  provider: string,
  { state }: Pick<ConsentAnswer, "state">,
  outcome: ConsentOutcome,
): Record<string, string> => ({ provider, ...outcome, ...(state === null ? {} : { state }) });
