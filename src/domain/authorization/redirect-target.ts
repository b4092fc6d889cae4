/** Where an authorization response may go. Only this file makes one, and only from a registered address (RFC 9700 §2.1). */
import { PageError } from "../../errors/errors.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import { isRegistered } from "../clients/redirect-uri.ts";

export const responseModes = ["query", "fragment", "form_post"] as const;
export type ResponseMode = (typeof responseModes)[number];

declare const proven: unique symbol;

/** A proven return address, with what every answer sent there carries. */
export interface RedirectTarget {
  readonly [proven]: true;
  readonly uri: string;
  readonly mode: ResponseMode;
  readonly state: string | null;
  readonly issuer: string;
  /** Somebody of the house registered the client. Where a stranger's leads, nobody is sent unasked (RFC 9700 §4.11.2). */
  readonly vetted: boolean;
}

/** Proves the request's redirect_uri. Throws PageError: until this has returned, nobody is sent anywhere (RFC 6749 §4.1.2.1). */
export function proveRedirectTarget(client: Client, parameters: Parameters, issuer: string): RedirectTarget {
  if (parameters.repeated.has("redirect_uri")) throw new PageError("redirect-not-allowed");
  const uri = parameters.get("redirect_uri");
  if (uri === undefined || !isRegistered(uri, client.metadata.redirect_uris, client.type))
    throw new PageError("redirect-not-allowed");
  return target(client, uri, parameters, issuer);
}

/** The same for `error_uri`, where a request may send a user who is not signed in; null when it has none. Throws PageError. */
export function proveErrorTarget(client: Client, parameters: Parameters, issuer: string): RedirectTarget | null {
  const uri = parameters.get("error_uri");
  if (uri === undefined || parameters.repeated.has("error_uri")) return null;
  if (!client.metadata.error_uris.includes(uri)) throw new PageError("redirect-not-allowed");
  return { ...target(client, uri, parameters, issuer), mode: "query" };
}

function target(client: Client, uri: string, parameters: Parameters, issuer: string): RedirectTarget {
  const state = parameters.repeated.has("state") ? null : (parameters.get("state") ?? null);
  const mode = usableMode(uri, parameters.get("response_mode"));
  return { uri, mode, state, issuer, vetted: !client.selfRegistered } as RedirectTarget;
}

/** The mode asked for, where it can be used: a native app's own scheme takes no form. */
function usableMode(uri: string, asked: string | undefined): ResponseMode {
  const mode = responseModes.find((known) => known === asked) ?? "query";
  return mode === "form_post" && !/^https?:/i.test(uri) ? "query" : mode;
}

/** What is sent to the target: the answer's own parameters, `state` as it came, and `iss` (RFC 9207 §2). */
export function responseParameters(
  to: RedirectTarget,
  answer: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...answer, ...(to.state === null ? {} : { state: to.state }), iss: to.issuer };
}

/** The address with the answer in it. The registered URI stays as it is to the last character (RFC 6749 §3.1.2). */
export function redirectLocation(to: RedirectTarget, answer: Readonly<Record<string, string>>): string {
  const encoded = new URLSearchParams(responseParameters(to, answer)).toString();
  if (to.mode === "fragment") return `${to.uri}#${encoded}`;
  return `${to.uri}${to.uri.includes("?") ? (/[?&]$/.test(to.uri) ? "" : "&") : "?"}${encoded}`;
}
