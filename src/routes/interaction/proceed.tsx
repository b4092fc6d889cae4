import { sha256 } from "../../crypto/hash.ts";
import { recordEvent } from "../../domain/audit/record-event.ts";
import { AuthorizationError } from "../../domain/authorization/authorization-error.ts";
import {
  type AuthorizationRequest,
  parseAuthorizationRequest,
} from "../../domain/authorization/authorization-request.ts";
import { issueCode } from "../../domain/authorization/issue-code.ts";
import { nextStep, type Standing, scopesToConsent } from "../../domain/authorization/next-step.ts";
import type { Interaction } from "../../domain/interaction/interaction.ts";
import { sendAuthorizationResponse } from "../../http/authorization-response.ts";
import type { AppContext } from "../../http/env.ts";
import { claimedSession } from "../../http/session.ts";
import { lazily } from "../../lib/lazily.ts";
import { leaveForSecondFactor, leaveForSignIn } from "./leave-for.ts";

const { showConsent } = lazily(() => import("./consent.tsx"));

/** That somebody said yes: the session that the page was shown to, and what it asked for, hashed. */
interface Consent {
  readonly consentFrom: string;
  readonly shownScopes: string;
}

/**
 * One walk from an authorization request to whatever comes next. Every step of the pages comes back here; the request is checked again
 * from the start each time, and `nextStep` alone decides.
 */
export async function proceed(
  c: AppContext,
  interaction: Interaction,
  stage: "new" | "resumed" | Consent,
): Promise<Response> {
  const context = c.get("realm");
  const request = await parseAuthorizationRequest(context, interaction);
  const standing = await findStanding(c, request);
  const consentGiven =
    typeof stage === "object" && stage.consentFrom === standing?.sid && (await isFor(stage, request));
  const next = nextStep(request, standing, { begunAt: interaction.begunAt, now: context.clock.now(), consentGiven });

  if (next.step === "sign-in") return askToSignIn(c, request, interaction, stage === "new" && next.why === "nobody");
  if (next.step === "second-factor") return leaveForSecondFactor(c, interaction);
  if (next.step === "consent") return showConsent(c, request, interaction, next.scopes, standing);
  if (consentGiven) await rememberConsent(c, request, next.standing);
  const form = interaction.bridgekeeper ? "dated" : "opaque";
  return sendAuthorizationResponse(c, request.target, { code: await issueCode(context, request, next.standing, form) });
}

/** A client that looks after its own registration may be allowed more by now than when the page was shown; that was not agreed to. */
const isFor = async ({ shownScopes }: Consent, request: AuthorizationRequest): Promise<boolean> =>
  shownScopes === (await sha256(scopesToConsent(request).join(" ")));

/** Session and consent in one call to the user's object. */
async function findStanding(
  c: AppContext,
  request: AuthorizationRequest,
): Promise<(Standing & { label: string }) | null> {
  const claimed = await claimedSession(c);
  if (claimed === null) return null;
  const { clientId } = request.client;
  const live = await c
    .get("realm")
    .objects.read(claimed.userId, (user) => user.sessionAndConsent(claimed.sid, clientId));
  if (live === null) return null;
  const { session, profile, consented } = live;
  return {
    userId: profile.id,
    sid: session.sid,
    authTime: session.authTime,
    amr: session.amr,
    enrolled: profile.tfaEnabled,
    consented,
    label: profile.name ?? profile.email ?? profile.username ?? String(profile.id),
  };
}

async function rememberConsent(c: AppContext, request: AuthorizationRequest, standing: Standing): Promise<void> {
  const context = c.get("realm");
  const scopes = scopesToConsent(request);
  const { clientId } = request.client;
  await context.objects.call(standing.userId, (user) => user.addConsent(clientId, scopes));
  recordEvent(context, { type: "consent.granted", user: standing.userId, client: clientId, details: { scopes } });
}

/** To the client's own form when it has registered one, else to the realm's, else to the hosted page (contract §1). */
function askToSignIn(
  c: AppContext,
  request: AuthorizationRequest,
  interaction: Interaction,
  mayUseErrorUri: boolean,
): Promise<Response> {
  if (mayUseErrorUri && request.errorTarget !== null)
    throw new AuthorizationError("login-required", request.errorTarget);
  return leaveForSignIn(c, interaction);
}
