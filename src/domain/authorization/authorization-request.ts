/** The authorization request, checked: RFC 6749 §4.1.1, OIDC Core §3.1.2.1, RFC 7636 §4.3. */
import { limits } from "../../config/limits.ts";
import { JwtError } from "../../crypto/jwt.ts";
import { PageError } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";
import { readIdTokenHint } from "../tokens/id-token.ts";
import { grantedResources, resourcesOf } from "../tokens/resources.ts";
import { parseScope, standardScopes } from "../tokens/scopes.ts";
import { prefersMfa } from "./acr.ts";
import { AuthorizationError } from "./authorization-error.ts";
import { proveErrorTarget, proveRedirectTarget, type RedirectTarget } from "./redirect-target.ts";

export const promptValues = ["none", "login", "consent", "select_account"] as const;
export type Prompt = (typeof promptValues)[number];

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
  /** The `claims` parameter, as JSON (OIDC Core §5.5). */
  readonly claims: string | null;
  readonly prompts: ReadonlySet<Prompt>;
  readonly maxAgeSeconds: number | null;
  /** Of a user who has shown one factor only: nothing more, the second if they have one, or the second whatever it takes. */
  readonly secondFactor: "not-asked" | "if-enrolled" | "needed";
  readonly hintedUserId: number | null;
  readonly loginHint: string | null;
  readonly uiLocales: string | null;
  readonly parameters: Parameters;
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
  parameters: Parameters,
): Promise<AuthorizationRequest> {
  const client = await getClient(context, parameters);
  const target = proveRedirectTarget(client, parameters, context.realm.issuer);
  const errorTarget = proveErrorTarget(client, parameters, context.realm.issuer);

  const refuse = (reason: Reason): never => {
    throw new AuthorizationError(reason, target);
  };
  const checked: Checked = { context, client, parameters, target, refuse };
  checkParameters(checked);
  checkRequestObjects(checked);
  checkResponseType(checked);
  checkResponseMode(checked);
  const scopes = checkScope(checked);
  return {
    client,
    target,
    errorTarget,
    scopes,
    codeChallenge: checkCodeChallenge(checked, scopes),
    nonce: checkNonce(checked),
    dpopJkt: null,
    resources: checkResources(checked),
    claims: null,
    prompts: checkPrompt(checked),
    maxAgeSeconds: checkMaxAge(checked),
    secondFactor: secondFactorOf(checked),
    hintedUserId: await checkIdTokenHint(checked),
    loginHint: parameters.get("login_hint")?.slice(0, 320) ?? null,
    uiLocales: parameters.get("ui_locales")?.slice(0, 200) ?? null,
    parameters,
  };
}

async function getClient(context: RealmContext, parameters: Parameters): Promise<Client> {
  const reference = parameters.get("client_id");
  const client =
    reference === undefined || parameters.repeated.has("client_id") ? null : await context.clients.find(reference);
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
  const asked = parseScope(parameters.get("scope")) ?? refuse("scope-not-granted");
  const known = new Set([...standardScopes, ...Object.keys(context.realm.settings.scopes), ...client.metadata.scopes]);
  const granted = asked.filter((scope) => known.has(scope) && client.metadata.scopes.includes(scope));
  const usable = client.metadata.grant_types.includes("refresh_token")
    ? granted
    : granted.filter((scope) => scope !== "offline_access");
  if (asked.length > 0 && usable.length === 0) refuse("scope-not-granted");
  return usable;
}

/** PKCE with S256, for everybody but confidential OpenID clients that were registered without it (RFC 9700 §2.1.1). */
function checkCodeChallenge({ client, parameters, refuse }: Checked, scopes: readonly string[]): string | null {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined) {
    const excused = !client.metadata.require_pkce && client.type === "confidential" && scopes.includes("openid");
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
function secondFactorOf({ context, parameters }: Checked): AuthorizationRequest["secondFactor"] {
  const { tfa } = context.realm.settings;
  if (tfa === "required") return "needed";
  if (!prefersMfa(parameters.get("acr_values"))) return "not-asked";
  return tfa === "off" ? "if-enrolled" : "needed";
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
