/** GET|POST /end-session: OpenID Connect RP-Initiated Logout 1.0. */
import { limits } from "../../config/limits.ts";
import { JwtError } from "../../crypto/jwt.ts";
import type { Client } from "../../domain/clients/client.ts";
import { type IdTokenHint, readIdTokenHint } from "../../domain/tokens/id-token.ts";
import { PageError } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readForm, readQuery } from "../../http/read-body.ts";
import { claimedSession } from "../../http/session.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { confirmSignOut, finishSignOut, type SignOutRequest } from "../interaction/sign-out.tsx";

export async function endSession(c: AppContext): Promise<Response> {
  const parameters = c.req.method === "POST" ? await readForm(c) : readQuery(c);
  if (parameters.repeated.size > 0 || (parameters.get("state")?.length ?? 0) > limits.stateLength)
    throw new PageError("logout-hint-invalid");
  const hint = await readHint(c, parameters.get("id_token_hint"));
  const request = await parseSignOutRequest(c, parameters, hint);
  // With a hint for the very session, the application has shown that it belongs to this user; without, the person is asked (§2).
  if (hint !== null) return finishSignOut(c, request, hint);
  if (c.req.method === "POST" && (await claimedSession(c)) === null) return askAgain(c, parameters);
  return confirmSignOut(c, request);
}

const carriedOn: ReadonlySet<string> = new Set(["client_id", "post_logout_redirect_uri", "state", "ui_locales"]);

/** A form on another site does not bring the session's cookie (SameSite): whether somebody is signed in is seen when the browser comes by itself. */
function askAgain(c: AppContext, parameters: Parameters): Response {
  const asked = parameters.entries().filter(([name]) => carriedOn.has(name));
  return c.body(null, 303, { location: `${new URL(c.req.url).pathname}?${new URLSearchParams(asked)}` });
}

async function readHint(c: AppContext, text: string | undefined): Promise<IdTokenHint | null> {
  if (text === undefined) return null;
  try {
    const hint = await readIdTokenHint(c.get("realm"), text);
    if (hint !== null) return hint;
  } catch (error) {
    if (!(error instanceof JwtError)) throw error;
  }
  throw new PageError("logout-hint-invalid");
}

/** The return address counts only if it is registered, to the letter, by the client that the hint or client_id names. */
async function parseSignOutRequest(
  c: AppContext,
  parameters: Parameters,
  hint: IdTokenHint | null,
): Promise<SignOutRequest> {
  const client = await findClient(c, parameters.get("client_id"), hint);
  const uri = parameters.get("post_logout_redirect_uri") ?? null;
  if (uri !== null && client?.metadata.post_logout_redirect_uris.includes(uri) !== true)
    throw new PageError("redirect-not-allowed");
  return {
    client,
    returnTo: uri,
    state: parameters.get("state") ?? null,
    uiLocales: parameters.get("ui_locales")?.slice(0, 200) ?? null,
  };
}

async function findClient(
  c: AppContext,
  clientId: string | undefined,
  hint: IdTokenHint | null,
): Promise<Client | null> {
  const named = clientId === undefined ? null : await c.get("realm").clients.find(clientId);
  if (hint === null) return named;
  if (clientId !== undefined && named?.clientId !== hint.clientId) throw new PageError("logout-hint-invalid");
  return c.get("realm").clients.find(hint.clientId);
}
