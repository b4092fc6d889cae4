/** From a form on a partner's site to the code that its application exchanges (contract §3). */
import { limits } from "../../config/limits.ts";
import { AuthorizationError } from "../../domain/authorization/authorization-error.ts";
import {
  type AuthorizationRequest,
  parseAuthorizationRequest,
} from "../../domain/authorization/authorization-request.ts";
import { issueCode } from "../../domain/authorization/issue-code.ts";
import { nextStep, type Standing } from "../../domain/authorization/next-step.ts";
import { findPushedRequest } from "../../domain/authorization/pushed-request.ts";
import { redirectLocation } from "../../domain/authorization/redirect-target.ts";
import { type Interaction, sealInteraction } from "../../domain/interaction/interaction.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { SecondFactorNeeded } from "../../domain/second-factor/half-sign-in.ts";
import type { SignedIn } from "../../domain/sessions/open-session.ts";
import { PasswordChangeNeeded } from "../../domain/sessions/password-change-needed.ts";
import { PageError, Problem } from "../../errors/errors.ts";
import { sendAuthorizationResponse } from "../../http/authorization-response.ts";
import { ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { answerHalfSignIn, keepHalfSignIn, secondFactorLocation } from "../../http/half-sign-in.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { goToPasswordChange } from "../../http/password-change.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { sendSession } from "../../http/session.ts";
import { jsonBytes } from "../../lib/json.ts";
import { Parameters } from "../../lib/parameters.ts";
import { interactionPaths } from "../interaction/paths.ts";
import { refuseRepeated, type Sent } from "./read-sent.ts";

/** An authorization request that came with the credentials for it. */
interface Entry {
  readonly request: AuthorizationRequest;
  readonly interaction: Interaction;
  readonly asJson: boolean;
}

/** Opens a session by `signIn`, and takes the browser where the authorization request leads. */
export async function enter(c: AppContext, sent: Sent, signIn: () => Promise<SignedIn>): Promise<Response> {
  try {
    const entry = await parseEntry(c, sent);
    return await signInAndGoOn(c, entry, signIn);
  } catch (error) {
    // What a browser would take to the client by redirect, a program is told.
    if (sent.asJson && error instanceof AuthorizationError) throw new Problem(error.reason);
    throw error;
  }
}

/** Checked like a request to /authorize, before anybody looks at the password. */
async function parseEntry(c: AppContext, sent: Sent): Promise<Entry> {
  const context = c.get("realm");
  const { parameters, asJson } = sent;
  const asked = withoutPerson(parameters);
  if (jsonBytes(asked.entries()) > limits.authorizationRequestBytes) throw new PageError("body-too-large");
  const pushed = await findPushedRequest(context, parameters);
  const request = await parseAuthorizationRequest(context, pushed ?? { parameters });
  refuseRepeated(sent);
  const interaction = { ...(pushed ?? { parameters: asked }), begunAt: context.clock.now() };
  if (asJson && request.target.mode === "form_post")
    throw new Problem("response-mode-unsupported", { detail: "Ask for query or fragment: form_post is for browsers." });
  return { request, interaction, asJson };
}

const personFields: ReadonlySet<string> = new Set(["email", "name", "first_name", "last_name"]);

/** What waits behind a page travels in its address, if sealed: no password goes along, whatever the form calls its fields. */
const withoutPerson = (parameters: Parameters): Parameters =>
  new Parameters(parameters.entries().filter(([name]) => !personFields.has(name) && !/pass|pwd/i.test(name)));

async function signInAndGoOn(c: AppContext, entry: Entry, signIn: () => Promise<SignedIn>): Promise<Response> {
  const { errorTarget } = entry.request;
  try {
    return await goOn(c, entry, await signIn());
  } catch (error) {
    if (error instanceof SecondFactorNeeded) return askForSecondFactor(c, entry, error);
    if (error instanceof PasswordChangeNeeded) return askForPassword(c, entry, error);
    if (entry.asJson || errorTarget === null || !(error instanceof Problem)) throw error;
    refusalHeaders(c, error);
    return sendAuthorizationResponse(c, errorTarget, { error: wireError(error) });
  }
}

/** The words that partners' pages know. */
function wireError({ reason, status, code }: Problem): string {
  if (reason === "rate-limited") return "too_many_attempts";
  return status === 401 ? "bad_credential" : code;
}

async function goOn(c: AppContext, { request, interaction, asJson }: Entry, signedIn: SignedIn): Promise<Response> {
  const context = c.get("realm");
  const { token, session } = signedIn;
  sendSession(c, token, session.expiresAt);
  const standing = await standingOf(c, request, signedIn);
  // The object's clock may be behind ours; whoever has just signed in has done so since the request began.
  const begunAt = Math.min(interaction.begunAt, session.authTime);
  const next = nextStep(request, standing, { begunAt, now: context.clock.now(), consentGiven: false });
  if (next.step !== "respond") {
    const location = `${interactionPaths.resume}?interaction=${await seal(c, { ...interaction, begunAt })}`;
    return asJson ? c.json({ redirect_uri: hereAt(c, location) }) : c.body(null, 302, { location });
  }
  const answer = { code: await issueCode(context, request, next.standing) };
  if (asJson) return c.json({ redirect_uri: redirectLocation(request.target, answer) });
  return sendAuthorizationResponse(c, request.target, answer);
}

/** Whoever has just signed in, and what they have granted this client. The house's own clients are not asked about. */
async function standingOf(
  c: AppContext,
  { client }: AuthorizationRequest,
  { session, profile }: SignedIn,
): Promise<Standing> {
  const { objects } = c.get("realm");
  const standing = {
    userId: profile.id,
    sid: session.sid,
    authTime: session.authTime,
    amr: session.amr,
    enrolled: profile.tfaEnabled,
  };
  if (client.firstParty) return { ...standing, consented: [] };
  const live = await objects.read(profile.id, (user) => user.sessionAndConsent(session.sid, client.clientId));
  if (live === null) throw new Problem("session-ended");
  return { ...standing, consented: live.consented };
}

/** On the hosted page, with the request waiting behind it. A program may ask for the factor itself, and go there afterwards. */
async function askForSecondFactor(
  c: AppContext,
  { interaction, asJson }: Entry,
  needed: SecondFactorNeeded,
): Promise<Response> {
  c.set("waiting", await seal(c, interaction));
  if (!asJson) return answerHalfSignIn(c, needed, true);
  await keepHalfSignIn(c, needed.half);
  const { code, publicMessage: message } = needed;
  return c.json({ code, message, redirect_uri: hereAt(c, secondFactorLocation(c, needed.half)) });
}

/** The same for somebody whose password was set by another; a program gets what it goes on with from the refusal. */
async function askForPassword(
  c: AppContext,
  { interaction, asJson }: Entry,
  needed: PasswordChangeNeeded,
): Promise<Response> {
  if (asJson) throw needed;
  c.set("waiting", await seal(c, interaction));
  return goToPasswordChange(c, needed);
}

const seal = (c: AppContext, interaction: Interaction): Promise<string> =>
  sealInteraction(c.get("realm"), ensureBrowserId(c), interaction);

/** On this very host: it has the cookies. */
const hereAt = (c: AppContext, path: string): string => `${originOf(hostOf(c.req.url), c.get("config"))}${path}`;
