/** GET /api/auth/v1/login?auth-provider=: takes the browser to an upstream provider. */
import * as z from "zod";
import type { AuthorizationRequest } from "../../domain/authorization/authorization-request.ts";
import type { Attempt } from "../../domain/federation/attempt.ts";
import { departTo, type UpstreamPrompt } from "../../domain/federation/authorization-url.ts";
import type { Provider } from "../../domain/federation/provider.ts";
import { getProvider, requireOpen } from "../../domain/federation/sign-in.ts";
import { interactionText, openInteraction } from "../../domain/interaction/interaction.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { parseRedirectUrl } from "../../domain/sso/return-address.ts";
import { browserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import { keepAttempt } from "../../http/social-attempts.ts";
import { validate } from "../../http/validate.ts";
import { waitingRequest } from "../interaction/waiting-request.ts";
import { type Return, refuseSocial } from "./social-refusal.tsx";

const address = z.string().optional();

export const returnQuerySchema = z.object({
  "redirect-url": address.describe(
    "Where the browser goes afterwards: a path, or an address of the realm. The realm's home page when left out.",
  ),
  "login-failure-redirect-url": address.describe(
    "Where it goes when that did not work, with `error` in the query. A page says so when left out.",
  ),
});

export const socialStartQuerySchema = returnQuerySchema.extend({
  "auth-provider": z
    .string()
    .describe("A provider of the realm: google, facebook, linkedin, apple, or any that is set."),
  interaction: z.string().optional().describe("From the hosted pages: the request that waits."),
});

export async function socialStart(c: AppContext): Promise<Response> {
  const query = validate(socialStartQuerySchema, Object.fromEntries(readQuery(c).entries()), "query-invalid");
  const context = c.get("realm");
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const { waiting, request } = await waitingFor(c, query.interaction);
  const back = waiting === null ? parseReturn(c, query) : { redirectUrl: null, failureUrl: null, waiting };
  const provider = await getProvider(context, query["auth-provider"]);
  try {
    requireOpen(provider);
    return c.body(null, 302, { location: await depart(c, provider, { ...back, linkTo: null }, promptOf(request)) });
  } catch (error) {
    return refuseSocial(c, back, error);
  }
}

/** The addresses to come back to, proven. Throws Problem, 400, when one is not the realm's. */
export function parseReturn(c: AppContext, query: z.output<typeof returnQuerySchema>): Return {
  const context = c.get("realm");
  const here = originOf(hostOf(c.req.url), context.config);
  const { "redirect-url": redirect, "login-failure-redirect-url": failure } = query;
  return {
    redirectUrl: redirect === undefined ? null : parseRedirectUrl(context, redirect, here),
    failureUrl: failure === undefined ? null : parseRedirectUrl(context, failure, here),
    waiting: null,
  };
}

/** Gives the browser what it has to bring back, and answers where to send it. Throws Problem. */
export async function depart(
  c: AppContext,
  provider: Provider,
  about: Omit<Attempt, "begunAt" | "nonce" | "codeVerifier" | "callback">,
  prompt: UpstreamPrompt = null,
): Promise<string> {
  const context = c.get("realm");
  const callback = callbackUrl(originOf(hostOf(c.req.url), context.config), provider.name);
  const { location, sealedAttempt } = await departTo(context, provider, { ...about, callback }, prompt);
  keepAttempt(c, "social", sealedAttempt, provider.settings.response_mode === "form_post");
  return location;
}

/** A provider's own, so that one provider's answer cannot be taken for another's (RFC 9700 §4.4.2.2). */
export const callbackUrl = (origin: string, provider: string): string => `${origin}/api/auth/v1/${provider}/callback`;

async function waitingFor(
  c: AppContext,
  sealed: string | undefined,
): Promise<{ waiting: Attempt["waiting"]; request: AuthorizationRequest | null }> {
  const browser = browserId(c);
  const waiting = await waitingRequest(c, browser, sealed);
  if (waiting === null || browser === null) return { waiting: null, request: null };
  const interaction = interactionText(await openInteraction(c.get("realm"), browser, sealed));
  return { waiting: { interaction, browser }, request: waiting.request };
}

/** An application that wants its user asked again wants the provider to ask, and not to nod. */
function promptOf(request: AuthorizationRequest | null): UpstreamPrompt {
  if (request === null) return null;
  if (request.prompts.has("login") || request.maxAgeSeconds !== null) return "login";
  return request.prompts.has("select_account") ? "select_account" : null;
}
