/** GET|POST /api/auth/v1/:provider/callback: a browser comes back from an upstream provider. RFC 6749 §4.1.2, RFC 9207. */

import { recordRefusal } from "../../domain/audit/record-event.ts";
import { connectIdentity } from "../../domain/federation/account-of-identity.ts";
import { type Attempt, openAttempt } from "../../domain/federation/attempt.ts";
import { type Callback, identifyByCallback } from "../../domain/federation/callback.ts";
import type { Provider } from "../../domain/federation/provider.ts";
import { getProvider, requireOpen, signInByCallback, spendState } from "../../domain/federation/sign-in.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { SecondFactorNeeded } from "../../domain/second-factor/half-sign-in.ts";
import { parseRedirectUrl, type ReturnAddress, withQuery } from "../../domain/sso/return-address.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { keepHalfSignIn } from "../../http/half-sign-in.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readForm, readQuery } from "../../http/read-body.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { dropAttempt, keptAttempts } from "../../http/social-attempts.ts";
import { interactionPaths } from "../interaction/paths.ts";
import { type Return, refuseSocial, sealWaiting } from "./social-refusal.tsx";

export async function socialCallback(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const provider = await getProvider(context, c.req.param("provider") ?? "");
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const parameters = c.req.method === "POST" ? await readForm(c) : readQuery(c);
  const state = parameters.get("state") ?? "";
  const attempt = await takeAttempt(c, provider, state);
  const back = returnOf(c, attempt);
  const interaction = await sealWaiting(c, attempt.waiting);
  try {
    if (parameters.repeated.size > 0) throw new Problem("parameter-repeated");
    requireOpen(provider);
    await recordRefusal(context, failureAt(provider, attempt.linkTo !== null), () =>
      finish(c, provider, { attempt, state, parameters: new URLSearchParams(parameters.entries()) }),
    );
  } catch (error) {
    return error instanceof SecondFactorNeeded
      ? askForSecondFactor(c, back, interaction, error)
      : refuseSocial(c, back, error);
  }
  const resume = interaction === null ? interactionPaths.home : `${interactionPaths.resume}?interaction=${interaction}`;
  return goTo(c, back.redirectUrl ?? resume);
}

/** Of a sign-in, or of a connection that a user wanted to make. */
const failureAt = ({ name }: Provider, isLinking: boolean) =>
  ({
    type: isLinking ? "account.linked" : "user.sign_in_failed",
    target: { kind: "provider", id: name },
    details: { method: "provider" },
  }) as const;

/** By 302 after a form, too (contract §2): browsers follow it by GET. */
const goTo = (c: AppContext, location: string): Response => c.body(null, 302, { location });

/** A front end that wants to be told is told in the address it gave (contract §2); else the hosted page asks. */
async function askForSecondFactor(
  c: AppContext,
  { redirectUrl }: Return,
  interaction: string | null,
  needed: SecondFactorNeeded,
): Promise<Response> {
  if (interaction !== null) c.set("waiting", interaction);
  if (redirectUrl === null) throw needed;
  await keepHalfSignIn(c, needed.half);
  return goTo(c, withQuery(redirectUrl, { code: needed.code }));
}

/** The attempt of this browser that the state belongs to. It leaves the browser here. Throws Problem. */
async function takeAttempt(c: AppContext, { name, settings }: Provider, state: string): Promise<Attempt> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(state)) throw new Problem("social-sign-in-expired");
  for (const { slot, sealed } of keptAttempts(c, "social")) {
    const attempt = await openAttempt(c.get("realm"), name, state, sealed);
    if (attempt === null) continue;
    dropAttempt(c, "social", slot, settings.response_mode === "form_post");
    return attempt;
  }
  throw new Problem("social-sign-in-expired");
}

/** Addresses are proven again: the realm's domains may have changed in between. */
function returnOf(c: AppContext, { redirectUrl, failureUrl, waiting }: Attempt): Return {
  const context = c.get("realm");
  const here = originOf(hostOf(c.req.url), context.config);
  const proven = (text: string | null): ReturnAddress | null =>
    text === null ? null : parseRedirectUrl(context, text, here);
  return { redirectUrl: proven(redirectUrl), failureUrl: proven(failureUrl), waiting };
}

async function finish(c: AppContext, provider: Provider, callback: Callback<Attempt>): Promise<void> {
  const { attempt, state } = callback;
  const context = c.get("realm");
  const identity = await identifyByCallback(context, provider, callback);
  if (attempt.linkTo === null) {
    const { token, session } = await signInByCallback(context, provider, identity, state, await currentDevice(c));
    return sendSession(c, token, session.expiresAt);
  }
  const { userId, sid } = attempt.linkTo;
  const live = await context.objects.read(userId, (user) => user.session(sid));
  if (live === null) throw new Problem("session-ended");
  await spendState(context, userId, state);
  await connectIdentity(context, provider, identity, live.profile, postLater(c));
}
