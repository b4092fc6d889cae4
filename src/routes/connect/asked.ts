import * as z from "zod";
import type { Client } from "../../domain/clients/client.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { findVaultClient, findVaultUser, requireOwnOrigin } from "../../domain/vault/caller.ts";
import { type ConsentAnswer, consentActions, consentAnswer } from "../../domain/vault/consent-answer.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { type CurrentSession, findSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { Parameters } from "../../lib/parameters.ts";
import { leaveForSignIn } from "../interaction/leave-for.ts";

const publicKey = z.string().min(1).max(64).describe("The application's client_id, or its integration id.");
const userId = z
  .string()
  .min(1)
  .max(255)
  .describe("The user: the realm's id, or the external_id. Whoever is signed in must be this one.");

export const pageQuerySchema = z.object({
  public_key: publicKey,
  user_id: userId,
  providers: z.string().max(500).optional().describe("Names joined by commas; all of the vault's when left out."),
});

export const commandQuerySchema = z.object({
  provider: z.string().min(1).max(32),
  public_key: publicKey,
  user_id: userId,
  consented_action: z
    .enum(consentActions)
    .default("redirect")
    .describe(
      "How the application hears of it: at `consented_redirect` in the query, there by a form, by a message to the window that opened this one, by a message to the native application's web view (`window.webkit.messageHandlers.gatehouse`), or not at all, back on our own page.",
    ),
  consented_redirect: z
    .string()
    .max(2048)
    .optional()
    .describe(
      "A redirect URI of the application; for `postmessage` an origin of it. May be left out when it has registered one alone.",
    ),
  state: z.string().max(512).optional().describe("Given back with the answer."),
  ask: z.enum(["first"]).optional().describe("Shows a page of ours first, with a button that goes on."),
  shown: z.string().max(200).optional().describe("Of the link on that page: it has been seen in this browser."),
});

/** The application, before anything else happens. Throws Problem. */
export async function askingClient(c: AppContext, publicKey: string): Promise<Client> {
  const client = await findVaultClient(c.get("realm"), publicKey);
  if (client === null) throw new Problem("vault-keys-wrong");
  const origin = c.req.header("origin");
  if (origin !== undefined && origin !== "null" && origin !== ownOrigin(c)) requireOwnOrigin(client, origin);
  return client;
}

/**
 * The session of the very user that the application names. With `user_id` alone an application, or whoever knows its public key, could
 * have one person's account elsewhere bound to another person here: so nothing begins but for whoever is signed in. Null when nobody is.
 * Throws Problem when it is somebody else.
 */
export async function askedUser(c: AppContext, userId: string): Promise<CurrentSession | null> {
  const current = await findSession(c);
  if (current === null) return null;
  const user = await findVaultUser(c.get("realm"), userId);
  if (user?.id !== current.profile.id) throw new Problem("consent-of-another-user");
  return current;
}

/**
 * To the sign-in, and back to this very address afterwards. Not straight on to a provider from there: the policy of the page with the
 * form does not let it lead to places that it does not know.
 */
export function signInFirst(c: AppContext, more: Record<string, string> = {}): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  const address = `${ownOrigin(c)}${pathname}?${query}`;
  const parameters = new Parameters([["redirect-url", address]]);
  return leaveForSignIn(c, { parameters, begunAt: Date.now(), page: true });
}

/** The redirect URI at providers is on the auth domain, and so is the session that counts: other domains send there. Null when here. */
export function toAuthDomain(c: AppContext): Response | null {
  const { realm } = c.get("realm");
  if (hostOf(c.req.url) === realm.authDomain) return null;
  const { pathname, search } = new URL(c.req.url);
  return c.body(null, 302, { location: `${realm.issuer}${pathname}${search}` });
}

export function parseCommand(query: Record<string, string>): z.output<typeof commandQuerySchema> {
  return validate(commandQuerySchema, query, "query-invalid");
}

export const answerOf = (
  client: Client,
  { consented_action, consented_redirect, state }: z.output<typeof commandQuerySchema>,
): ConsentAnswer => consentAnswer(client, wantedOf({ consented_action, consented_redirect, state }));

export const wantedOf = ({
  consented_action: action,
  consented_redirect,
  state,
}: Pick<z.output<typeof commandQuerySchema>, "consented_action" | "consented_redirect" | "state">) => ({
  action,
  redirect: consented_redirect ?? null,
  state: state ?? null,
});

const ownOrigin = (c: AppContext): string => originOf(hostOf(c.req.url), c.get("config"));
