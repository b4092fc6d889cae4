/** GET /integrate/command: begins a consent at a provider; GET|POST, with what the provider says: ends it. RFC 6749 §4.1.2, RFC 5849 §2.2. */
import { getProvider } from "../../domain/federation/sign-in.ts";
import { type ConsentAttempt, openConsent } from "../../domain/vault/attempt.ts";
import { findVaultClient } from "../../domain/vault/caller.ts";
import { requireOpenForVault } from "../../domain/vault/connection.ts";
import { departForConsent, finishConsent } from "../../domain/vault/consent.ts";
import { consentAnswer } from "../../domain/vault/consent-answer.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readForm, readQuery } from "../../http/read-body.ts";
import { dropAttempt, keepAttempt, keptAttempts } from "../../http/social-attempts.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { refuseConsent, sendAnswer, type Told } from "./answer.tsx";
import { answerOf, askedUser, askingClient, parseCommand, signInFirst, toAuthDomain, wantedOf } from "./asked.ts";
import { showKeyForm } from "./key.tsx";
import { askFirst } from "./page.tsx";
import { connectPaths } from "./paths.ts";
import { mustShow } from "./shown.ts";

export async function command(c: AppContext): Promise<Response> {
  const parameters = c.req.method === "POST" ? await readForm(c) : readQuery(c);
  const isNew = c.req.method === "GET" && parameters.get("public_key") !== undefined;
  return isNew ? begin(c, parameters) : finish(c, parameters);
}

async function begin(c: AppContext, parameters: Parameters): Promise<Response> {
  const context = c.get("realm");
  if (parameters.repeated.size > 0) throw new Problem("parameter-repeated");
  const query = parseCommand(Object.fromEntries(parameters.entries()));
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const client = await askingClient(c, query.public_key);
  const answer = answerOf(client, query);
  const elsewhere = toAuthDomain(c);
  if (elsewhere !== null) return elsewhere;
  const current = await askedUser(c, query.user_id);
  if (current === null) return signInFirst(c, { ask: "first" });
  const provider = await getProvider(context, query.provider);
  const { userId, sid } = current.claimed;
  const told: Told = { client, answer, provider: provider.name, userId };
  try {
    requireOpenForVault(provider);
    if (query.ask !== undefined) return await askFirst(c, client, provider, userId, query);
    // Its page says who asks and for what by itself, and nothing comes of it until a key has been typed in.
    if (provider.type === "api_key") return await showKeyForm(c, client, provider, query);
    const mustAsk = await mustShow(c, { client, provider: provider.name, userId }, query.shown);
    if (mustAsk) return await askFirst(c, client, provider, userId, query);
    const callback = `${context.realm.issuer}${connectPaths.command}`;
    const about = { clientId: client.clientId, userId, sid, callback, answer: wantedOf(query) };
    const { location, sealedAttempt } = await departForConsent(context, provider, about);
    keepAttempt(c, "vault", sealedAttempt, provider.settings.response_mode === "form_post");
    return c.body(null, 302, { location });
  } catch (error) {
    return refuseConsent(c, told, error);
  }
}

async function finish(c: AppContext, parameters: Parameters): Promise<Response> {
  const context = c.get("realm");
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const state = parameters.get("state") ?? parameters.get("oauth_token") ?? parameters.get("denied") ?? "";
  const attempt = await takeAttempt(c, state);
  const provider = await getProvider(context, attempt.provider);
  const client = await findVaultClient(context, attempt.clientId);
  if (client === null) throw new Problem("vault-keys-wrong");
  // Proven again: what the application has registered may have changed in between.
  const answer = consentAnswer(client, attempt.answer);
  const told: Told = { client, answer, provider: provider.name, userId: attempt.userId };
  try {
    if (parameters.repeated.size > 0) throw new Problem("parameter-repeated");
    const callback = { attempt, state, parameters: new URLSearchParams(parameters.entries()) };
    const { oauthId } = await finishConsent(context, provider, callback);
    return sendAnswer(c, told, { oauthId });
  } catch (error) {
    return refuseConsent(c, told, error);
  }
}

/** The attempt of this browser that the state belongs to. It leaves the browser here. Throws Problem. */
async function takeAttempt(c: AppContext, state: string): Promise<ConsentAttempt> {
  const context = c.get("realm");
  if (!/^[\x21-\x7E]{1,1024}$/.test(state)) throw new Problem("consent-expired");
  for (const { slot, sealed } of keptAttempts(c, "vault")) {
    const attempt = await openConsent(context, state, sealed);
    if (attempt === null) continue;
    dropAttempt(c, "vault", slot, await answersByForm(c, attempt));
    return attempt;
  }
  throw new Problem("consent-expired");
}

const answersByForm = async (c: AppContext, { provider }: ConsentAttempt): Promise<boolean> =>
  (await c.get("realm").providers.find(provider))?.settings.response_mode === "form_post";
