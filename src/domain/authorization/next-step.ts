/** What the browser does next between /authorize and the way back: OIDC Core §3.1.2.3, §3.1.2.4. Pure. */

import { AuthorizationError } from "./authorization-error.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";

/** The signed-in user as the user's object knows them, and what they have granted this client. */
export interface Standing {
  readonly userId: number;
  readonly sid: string;
  /** Milliseconds since the epoch. */
  readonly authTime: number;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  /** Has a second factor. */
  readonly enrolled: boolean;
  readonly consented: readonly string[];
}

export type NextStep =
  | { readonly step: "sign-in"; readonly why: "nobody" | "again" | "somebody-else" }
  | { readonly step: "second-factor" }
  | { readonly step: "consent"; readonly scopes: readonly string[] }
  | { readonly step: "respond"; readonly standing: Standing };

/**
 * `begunAt`: when this browser began the request; a sign-in since then satisfies prompt=login.
 * `consentGiven`: the user has just pressed the button. Throws AuthorizationError where prompt=none forbids to ask.
 */
export function nextStep(
  request: AuthorizationRequest,
  standing: Standing | null,
  { begunAt, now, consentGiven }: { begunAt: number; now: number; consentGiven: boolean },
): NextStep {
  const why = whySignIn(request, standing, begunAt, now);
  if (why !== null || standing === null) {
    if (request.prompts.has("none")) throw new AuthorizationError("login-required", request.target);
    return { step: "sign-in", why: why ?? "nobody" };
  }
  if (request.secondFactor === "enrolled-only" && !standing.enrolled && !standing.amr.includes("mfa"))
    throw new AuthorizationError("acr-unreachable", request.target);
  if (needsSecondFactor(request, standing)) {
    if (request.prompts.has("none")) throw new AuthorizationError("second-factor-needed", request.target);
    return { step: "second-factor" };
  }
  if (!consentGiven && needsConsent(request, standing)) {
    if (request.prompts.has("none")) throw new AuthorizationError("consent-required", request.target);
    return { step: "consent", scopes: scopesToConsent(request) };
  }
  return { step: "respond", standing };
}

function whySignIn(request: AuthorizationRequest, standing: Standing | null, begunAt: number, now: number) {
  if (standing === null) return "nobody";
  const signedInSinceBegun = standing.authTime >= begunAt;
  if (request.hintedUserId !== null && request.hintedUserId !== standing.userId) {
    if (signedInSinceBegun) throw new AuthorizationError("account-mismatch", request.target);
    return "somebody-else";
  }
  if (signedInSinceBegun) return null;
  if (request.prompts.has("login") || request.prompts.has("select_account")) return "again";
  const ageSeconds = Math.floor(now / 1000) - Math.floor(standing.authTime / 1000);
  return request.maxAgeSeconds !== null && (request.maxAgeSeconds === 0 || ageSeconds > request.maxAgeSeconds)
    ? "again"
    : null;
}

function needsSecondFactor({ secondFactor }: AuthorizationRequest, standing: Standing): boolean {
  if (standing.amr.includes("mfa")) return false;
  return secondFactor === "needed" || (secondFactor !== "not-asked" && standing.enrolled);
}

/** The house's own clients need none. `openid` alone tells no more than that somebody is signed in, but is asked for once too. */
function needsConsent(request: AuthorizationRequest, standing: Standing): boolean {
  if (request.prompts.has("consent")) return true;
  return !request.client.firstParty && !scopesToConsent(request).every((scope) => standing.consented.includes(scope));
}

/**
 * All that the user is asked about: scopes, and those that stand for claims asked for by name (OIDC Core §5.5). Who asks for none is told
 * who the user is all the same, by `sub`: that is what `openid` stands for.
 */
export const scopesToConsent = ({
  scopes,
  claimScopes,
}: Pick<AuthorizationRequest, "scopes" | "claimScopes">): readonly string[] =>
  scopes.length + claimScopes.length === 0 ? ["openid"] : [...scopes, ...claimScopes];
