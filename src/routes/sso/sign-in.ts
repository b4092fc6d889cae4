/** POST /sso-login and /sso-signup on the auth domain: signs in here, then on the domain of callback-url. */
import { sealInteraction } from "../../domain/interaction/interaction.ts";
import { SecondFactorNeeded } from "../../domain/second-factor/half-sign-in.ts";
import type { SignedIn } from "../../domain/sessions/open-session.ts";
import { PasswordChangeNeeded } from "../../domain/sessions/password-change-needed.ts";
import { signInWithPassword } from "../../domain/sessions/sign-in.ts";
import { signUp } from "../../domain/sessions/sign-up.ts";
import { parseAuthPage, type ReturnAddress, withQuery } from "../../domain/sso/return-address.ts";
import { OAuthError, Problem } from "../../errors/errors.ts";
import { ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { answerHalfSignIn, keepHalfSignIn } from "../../http/half-sign-in.ts";
import { goToPasswordChange } from "../../http/password-change.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readForm, readJson } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { Parameters } from "../../lib/parameters.ts";
import { parseCredentials, signInSchema } from "../session/sign-in.ts";
import { signUpInput, signUpSchema } from "../session/sign-up.ts";
import { userAnswer } from "../session/user-json.ts";
import { parseSsoRequest, type SsoRequest } from "./request.ts";
import { validateHop } from "./validate-hop.ts";

export const ssoSignIn = (c: AppContext): Promise<Response> =>
  enter(c, async (body) => {
    const { rate_limits } = c.get("realm").realm.settings;
    await limitPerAddress(c, "sign-in", rate_limits.sign_in_per_address_per_minute);
    return signInWithPassword(c.get("realm"), parseCredentials(validate(signInSchema, body)), await currentDevice(c));
  });

export const ssoSignUp = (c: AppContext): Promise<Response> =>
  enter(c, async (body) => {
    const { rate_limits } = c.get("realm").realm.settings;
    await limitPerAddress(c, "sign-up", rate_limits.sign_up_per_address_per_minute);
    return signUp(c.get("realm"), signUpInput(validate(signUpSchema, body)), await currentDevice(c));
  });

type Enter = (body: Record<string, unknown>) => Promise<SignedIn>;

/** A form is answered with redirects, JSON with JSON. */
async function enter(c: AppContext, signedInBy: Enter): Promise<Response> {
  const request = parseSsoRequest(c);
  const isForm = (c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  return isForm ? enterByForm(c, request, signedInBy) : enterByJson(c, request, signedInBy);
}

async function enterByJson(c: AppContext, request: SsoRequest, signedInBy: Enter): Promise<Response> {
  const signedIn = await signedInBy(await readJson(c));
  const hop = await finish(c, request, signedIn);
  return c.json({ ...userAnswer(c, signedIn.profile, signedIn.activeSessions), "redirect-url": hop });
}

async function enterByForm(c: AppContext, request: SsoRequest, signedInBy: Enter): Promise<Response> {
  const form = await readForm(c);
  try {
    if (form.repeated.size > 0) throw new OAuthError("parameter-repeated");
    const signedIn = await signedInBy(Object.fromEntries(form.entries()));
    return c.body(null, 302, { location: await finish(c, request, signedIn) });
  } catch (error) {
    if (error instanceof SecondFactorNeeded) return askForSecondFactor(c, request, error);
    if (error instanceof PasswordChangeNeeded) {
      await waitBehind(c, request);
      return goToPasswordChange(c, error);
    }
    const page = error instanceof Problem ? failurePage(c, request) : null;
    if (!(error instanceof Problem) || page === null) throw error;
    refusalHeaders(c, error);
    return c.body(null, 302, { location: withQuery(page, { error: error.code, ...request.sent }) });
  }
}

/** The site's own page is told what is owed; without one, the hosted page asks for it and goes on to the other domain. */
async function askForSecondFactor(c: AppContext, request: SsoRequest, needed: SecondFactorNeeded): Promise<Response> {
  if (request.authPage !== null) {
    await keepHalfSignIn(c, needed.half);
    return c.body(null, 302, { location: withQuery(request.authPage, { code: needed.code, ...request.sent }) });
  }
  await waitBehind(c, request);
  return answerHalfSignIn(c, needed, true);
}

/** The hosted page that comes next goes on to the other domain in the end. */
async function waitBehind(c: AppContext, { redirectUrl, callback }: SsoRequest): Promise<void> {
  const parameters = new Parameters([
    ["redirect-url", redirectUrl],
    ["callback-url", callback.origin],
  ]);
  const interaction = { parameters, begunAt: Date.now(), crossDomain: true } as const;
  c.set("waiting", await sealInteraction(c.get("realm"), ensureBrowserId(c), interaction));
}

async function finish(
  c: AppContext,
  request: SsoRequest,
  { token, session, profile }: SignedIn,
): Promise<ReturnAddress> {
  sendSession(c, token, session.expiresAt);
  return validateHop(c, request, { userId: profile.id, sid: session.sid });
}

/** auth-page; else the page the form stood on, if it is the realm's; else the realm's own. */
function failurePage(c: AppContext, request: SsoRequest): ReturnAddress | null {
  if (request.authPage !== null) return request.authPage;
  const context = c.get("realm");
  for (const candidate of [c.req.header("referer"), context.realm.authenticationUrl ?? undefined]) {
    try {
      const page = parseAuthPage(context, candidate, context.realm.issuer);
      if (page !== null) return page;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
  return null;
}
