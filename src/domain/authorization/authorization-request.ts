/** The authorization request, checked: RFC 6749 §4.1.1, OIDC Core §3.1.2.1, RFC 7636 §4.3. */
import { limits } from "../../config/limits.ts";
import { JwtError } from "../../crypto/jwt.ts";
import { PageError } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import { requirementsOf } from "../clients/requirements.ts";
import { codeKeyOf } from "../dpop/code-key.ts";
import type { RealmContext } from "../realm-context.ts";
import { grantableScopes } from "../tokens/grantable-scopes.ts";
import { readIdTokenHint } from "../tokens/id-token.ts";
import { grantedResources, resourcesOf } from "../tokens/resources.ts";
import { prefersMfa, requiredClass } from "./acr.ts";
import { AuthorizationError } from "./authorization-error.ts";
import { checkClaims, type RequestedClaims } from "./claims-parameter.ts";
import type { PushedMark } from "./pushed-request.ts";
import { proveErrorTarget, proveRedirectTarget, type RedirectTarget } from "./redirect-target.ts";

export const promptValues = ["none", "login", "consent", "select_account"] as const;
export type Prompt = (typeof promptValues)[number];

/** A request as it came. A pushed one may be read again and again on its way; what marks it as used goes along (RFC 9126). */
export interface SentRequest {
  readonly parameters: Parameters;
  readonly pushed?: PushedMark;
}

export interface AuthorizationRequest {
  readonly client: Client;
  readonly target: RedirectTarget;
  readonly errorTarget: RedirectTarget | null;
  /** What the client may have of what it asked for; never more. */
  readonly scopes: readonly string[];
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
  /** Thumbprint of the key that the code will be bound to (RFC 9449 §10). */
  readonly dpopJkt: string | null;
  /** Resource servers that tokens will be for (RFC 8707 §2.1). */
  readonly resources: readonly string[];
  /** What the `claims` parameter asks for and the client may have, as JSON (OIDC Core §5.5). */
  readonly claims: string | null;
  /** Scopes that these claims need the user's consent to, beside those asked for. */
  readonly claimScopes: readonly string[];
  readonly prompts: ReadonlySet<Prompt>;
  readonly maxAgeSeconds: number | null;
  /**
   * Of a user who has shown one factor only: nothing more, the second if they have one, the second and no answer without one, or the
   * second whatever it takes.
   */
  readonly secondFactor: "not-asked" | "if-enrolled" | "enrolled-only" | "needed";
  readonly hintedUserId: number | null;
  readonly loginHint: string | null;
  readonly uiLocales: string | null;
  readonly parameters: Parameters;
  readonly pushed: PushedMark | null;
}

/** What every check is given: the address is proven, so that a check may refuse by telling the client. */
interface Checked {
  readonly context: RealmContext;
  readonly client: Client;
  readonly parameters: Parameters;
  readonly target: RedirectTarget;
  readonly refuse: (reason: Reason) => never;
}

/** Two phases, divided by the proof of the return addresses: before it a fault is a page, after it an answer to the client. */
export async function parseAuthorizationRequest(
  context: RealmContext,
  sent: SentRequest,
): Promise<AuthorizationRequest> {
  const { parameters } = sent;
  const pushed = sent.pushed ?? null;
  const client = await getClient(context, parameters);
  const target = proveRedirectTarget(client, parameters, context.realm.issuer);
  const errorTarget = proveErrorTarget(client, parameters, context.realm.issuer);

  const refuse = (reason: Reason): never => {
    throw new AuthorizationError(reason, target);
  };
  const checked: Checked = { context, client, parameters, target, refuse };
  checkParameters(checked);
  checkRequestObjects(checked);
  checkPushed(checked, pushed);
  checkResponseType(checked);
  checkResponseMode(checked);
  const scopes = checkScope(checked);
  const claims = checkClaims(checked, scopes);
  return {
    client,
    target,
    errorTarget,
    scopes,
    codeChallenge: checkCodeChallenge(checked, scopes),
    nonce: checkNonce(checked),
    dpopJkt: codeKeyOf(parameters, null, refuse),
    resources: checkResources(checked),
    claims: claims.granted,
    claimScopes: claims.scopes,
    prompts: checkPrompt(checked),
    maxAgeSeconds: checkMaxAge(checked),
    secondFactor: secondFactorOf(checked, claims),
    hintedUserId: hintedUser(checked, await checkIdTokenHint(checked), claims),
    loginHint: parameters.get("login_hint")?.slice(0, 320) ?? null,
    uiLocales: parameters.get("ui_locales")?.slice(0, 200) ?? null,
    parameters,
    pushed,
  };
}

/** The client that a request names. Throws PageError. */
export async function getClient(context: RealmContext, parameters: Parameters): Promise<Client> {
  const reference = parameters.get("client_id");
  const client =
    reference === undefined || parameters.repeated.has("client_id")
      ? null
      : await context.clients.findOrRead(reference);
  if (client === null || client.disabled) throw new PageError("authorization-client-unknown");
  return client;
}

function checkParameters({ parameters, refuse }: Checked): void {
  if ((parameters.get("state")?.length ?? 0) > limits.stateLength) refuse("state-too-long");
  if (parameters.repeated.size > 0) refuse("parameter-repeated");
}

/** OIDC Core §6: not offered, and never silently ignored. */
function checkRequestObjects({ parameters, refuse }: Checked): void {
  if (parameters.get("request") !== undefined) refuse("request-object-unsupported");
  if (parameters.get("request_uri") !== undefined) refuse("request-uri-unsupported");
}

/** RFC 9126 §5, §6. */
function checkPushed({ context, client, refuse }: Checked, pushed: PushedMark | null): void {
  const isRequired = context.realm.settings.require_pushed_authorization_requests;
  if (pushed === null && (isRequired || requirementsOf(client).pushedRequest)) refuse("request-not-pushed");
}

function checkResponseType({ client, parameters, refuse }: Checked): void {
  const responseType = parameters.get("response_type");
  if (responseType === undefined) refuse("parameter-missing");
  if (responseType !== "code") refuse("response-type-unsupported");
  if (!client.metadata.grant_types.includes("authorization_code")) refuse("client-not-authorized");
}

function checkResponseMode({ parameters, target, refuse }: Checked): void {
  const mode = parameters.get("response_mode");
  if (mode !== undefined && mode !== target.mode) refuse("response-mode-unsupported");
}

/** Scopes unknown here or not allowed for the client are left out; the answer says what was granted (RFC 6749 §3.3). */
function checkScope({ context, client, parameters, refuse }: Checked): string[] {
  return [...(grantableScopes(context, client, parameters.get("scope")) ?? refuse("scope-not-granted"))];
}

/** PKCE with S256, for everybody but confidential OpenID clients that were registered without it (RFC 9700 §2.1.1). */
function checkCodeChallenge({ client, parameters, refuse }: Checked, scopes: readonly string[]): string | null {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined) {
    const excused = !requirementsOf(client).codeChallenge && scopes.includes("openid");
    if (method !== undefined || !excused) refuse("code-challenge-missing");
    return null;
  }
  if (method !== "S256") refuse("code-challenge-method-unsupported");
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) refuse("code-challenge-malformed");
  return challenge;
}

function checkNonce({ parameters, refuse }: Checked): string | null {
  const nonce = parameters.get("nonce") ?? null;
  if ((nonce?.length ?? 0) > limits.nonceLength) refuse("nonce-too-long");
  return nonce;
}

function checkResources({ context, client, parameters, refuse }: Checked): readonly string[] {
  return grantedResources(context, resourcesOf(context, client, parameters) ?? refuse("resource-unknown"));
}

function checkPrompt({ parameters, refuse }: Checked): ReadonlySet<Prompt> {
  const asked = parameters.get("prompt")?.trim().split(/ +/) ?? [];
  const prompts = new Set(
    asked.map((value) => promptValues.find((known) => known === value) ?? refuse("prompt-invalid")),
  );
  if (prompts.has("none") && prompts.size > 1) refuse("prompt-invalid");
  return prompts;
}

function checkMaxAge({ parameters, refuse }: Checked): number | null {
  const text = parameters.get("max_age");
  if (text === undefined) return null;
  if (!/^[0-9]{1,9}$/.test(text)) refuse("max-age-invalid");
  return Number(text);
}

/** What a realm requires of every sign-in is asked of sessions from before it did, too. */
function secondFactorOf(
  { context, parameters, refuse }: Checked,
  { acr }: RequestedClaims,
): AuthorizationRequest["secondFactor"] {
  const { tfa } = context.realm.settings;
  const isEssential = acr?.essential === true && acr.values.length > 0;
  const essential = isEssential ? (requiredClass(acr.values) ?? refuse("acr-unreachable")) : "any";
  if (tfa === "required") return "needed";
  if (essential === "mfa") return tfa === "off" ? "enrolled-only" : "needed";
  if (isEssential || !(prefersMfa(parameters.get("acr_values")?.split(" ") ?? []) || prefersMfa(acr?.values ?? [])))
    return "not-asked";
  return tfa === "off" ? "if-enrolled" : "needed";
}

/** Whom the client asks about, by a hint or by naming the one subject it wants to hear of. */
function hintedUser({ refuse }: Checked, hinted: number | null, { userId }: RequestedClaims): number | null {
  if (hinted !== null && userId !== null && hinted !== userId) refuse("account-mismatch");
  return userId ?? hinted;
}

async function checkIdTokenHint({ context, parameters, refuse }: Checked): Promise<number | null> {
  const hint = parameters.get("id_token_hint");
  if (hint === undefined) return null;
  try {
    return (await readIdTokenHint(context, hint))?.userId ?? refuse("id-token-hint-invalid");
  } catch (error) {
    if (error instanceof JwtError) return refuse("id-token-hint-invalid");
    throw error;
  }
}
