import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ConfigurationError } from "../config/env.ts";
import { AuthorizationError } from "../domain/authorization/authorization-error.ts";
import { SecondFactorNeeded } from "../domain/second-factor/half-sign-in.ts";
import { PasswordChangeNeeded } from "../domain/sessions/password-change-needed.ts";
import { BearerError, Failure, OAuthError, PageError } from "../errors/errors.ts";
import { RealmMoving, StorageUnavailable } from "../errors/storage-unavailable.ts";
import { lazily } from "../lib/lazily.ts";
import { sendAuthorizationResponse } from "./authorization-response.ts";
import { challenge, challengeStatus, type ProtectionSpace, tokenError } from "./challenge.ts";
import type { AppContext } from "./env.ts";
import { answerHalfSignIn } from "./half-sign-in.ts";
import { logBug } from "./log.ts";
import { isNavigation } from "./navigation.ts";
import { goToPasswordChange } from "./password-change.ts";
import { refusalHeaders } from "./refusal-headers.ts";
import { requestId } from "./request-id.ts";

const { offerReturn } = lazily(() => import("./authorization-pages.tsx"));
const { sendErrorPage } = lazily(() => import("./error-page.tsx"));

/** The one place where a refusal becomes an answer. What is not a refusal is a bug: recorded, and nothing of it is told. */
export function onError(error: Error, c: AppContext): Response | Promise<Response> {
  if (error instanceof SecondFactorNeeded) return askForSecondFactor(c, error);
  if (error instanceof PasswordChangeNeeded && isForPage(c)) return goToPasswordChange(c, error);
  const failure = asFailure(error);
  if (failure.status >= 500 && failure.reason !== "realm-moving") logBug(c, error);
  refusalHeaders(c, failure);
  c.header("cache-control", "no-store");
  if (failure instanceof AuthorizationError) return tellClient(c, failure);
  return render(c, failure, failure.status as ContentfulStatusCode);
}

/**
 * A link to /authorize that is bound to fail would send whoever follows it wherever the client's address leads. Where the client
 * registered itself, people are asked first; those who have acted on our pages have been (RFC 9700 §4.11.2).
 */
function tellClient(c: AppContext, failure: AuthorizationError): Response | Promise<Response> {
  const { target } = failure;
  const answer = { error: failure.code, error_description: failure.publicMessage };
  const mayJustGo = target.vetted || !visitedEndpoints.test(c.req.path) || !/^https?:/i.test(target.uri);
  return mayJustGo ? sendAuthorizationResponse(c, target, answer) : offerReturn(c, failure, answer);
}

/** Should even this fail, nobody is let in. */
async function askForSecondFactor(c: AppContext, needed: SecondFactorNeeded): Promise<Response> {
  c.header("cache-control", "no-store");
  try {
    return await answerHalfSignIn(c, needed, isForPage(c));
  } catch (error) {
    return onError(error instanceof Error ? error : new Error("not an error", { cause: error }), c);
  }
}

function isForPage(c: AppContext): boolean {
  const isJson = (c.req.header("content-type") ?? "").includes("json");
  return !isJson && (surfaceOf(c.req.path) === "pages" || isNavigation(c));
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof RealmMoving) return new Failure("realm-moving", { cause: error });
  if (error instanceof StorageUnavailable) return new Failure("storage-unavailable", { cause: error });
  if (error instanceof ConfigurationError) return new Failure("not-configured", { cause: error });
  return new Failure("server-error", { cause: error });
}

function render(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response | Promise<Response> {
  if (failure instanceof BearerError) return refuseToken(c, failure);
  if (c.req.path.startsWith("/fedcm/")) return c.json({ error: { code: failure.code } }, status);
  if (partnersForms.test(c.req.path))
    return isNavigation(c) ? sendErrorPage(c, failure, status) : problemDetails(c, failure, status);
  if (vaultCalls.test(c.req.path)) return callRefusal(c, failure, status);
  const surface = surfaceOf(c.req.path);
  const hasPages = surface === "pages" || visitedEndpoints.test(c.req.path) || isHop(c);
  if (hasPages && !(failure instanceof OAuthError) && isNavigation(c)) return sendErrorPage(c, failure, status);
  if (surface === "session") return sessionRefusal(c, failure, status);
  if (surface === "split") return plainRefusal(c, failure, status);
  if (surface === "oauth" || failure instanceof OAuthError || failure instanceof PageError)
    return oauthError(c, failure, status);
  return problemDetails(c, failure, status);
}

/** RFC 6749 §5.2; of Bridgekeeper's hops with the message where their callers look for it, too. */
function oauthError(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  if (status === 401 && c.req.header("authorization") !== undefined)
    c.header("www-authenticate", 'Basic realm="oauth", charset="UTF-8"');
  const { code: error, publicMessage: message } = failure;
  const more = c.req.method === "GET" && bridgekeepersHops.test(c.req.path) ? { message } : {};
  return c.json({ error, error_description: message, ...more }, status);
}

/** RFC 6750 §3, in the JSON shape of the surface. */
function refuseToken(c: AppContext, failure: BearerError): Response {
  const status = challengeStatus(failure);
  c.header("www-authenticate", challenge(c, failure, spaceOf(c.req.path)));
  const surface = surfaceOf(c.req.path);
  if (surface === "session") return sessionRefusal(c, failure, status);
  if (surface === "split") return plainRefusal(c, failure, status);
  if (surface === "operators") return problemDetails(c, failure, status);
  const error = tokenError(failure);
  return c.json({ error, error_description: failure.publicMessage, code: failure.code }, status);
}

/** The message stands in both places where callers look for it. */
function sessionRefusal(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  const { publicMessage: message, code, fields } = failure;
  const more = { ...(fields === undefined ? {} : { fields }), ...tokenIn(failure) };
  return c.json({ error: { message, code, ...more }, message }, status);
}

/** Contract §4: code and message. */
function plainRefusal(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  const { code, publicMessage: message, fields } = failure;
  return c.json({ code, message, ...(fields === undefined ? {} : { fields }), ...tokenIn(failure) }, status);
}

/** RFC 9457, with the wire code as the member `code`. */
function problemDetails(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  const body = {
    type: "about:blank",
    title: failure.publicMessage,
    status,
    code: failure.code,
    request_id: requestId(c),
    ...(failure.fields === undefined ? {} : { errors: failure.fields }),
    ...tokenIn(failure),
  };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json" });
}

/** By which a program goes on: it asks for a password and sends both to where the token of a mailed link goes. */
const tokenIn = (failure: Failure): { token?: string } =>
  failure instanceof PasswordChangeNeeded ? { token: failure.token } : {};

/** Contract §0: a row like that of a call that was made, in which nothing came of it. The reason says which of several it was. */
function callRefusal(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  const { code, publicMessage: message, reason, fields } = failure;
  const row = {
    pincStatus: "error",
    callId: c.get("callId") ?? null,
    statusCode: status,
    data: null,
    code,
    message,
    ...(code === "INVALID_OAUTHID" ? { reason } : {}),
    ...(fields === undefined ? {} : { errors: fields }),
  };
  return c.json({ rows: [row] }, status);
}

const registrations = /^\/(?:api\/auth\/v1\/oauth\/)?register(?:\/|$)/;

function spaceOf(path: string): ProtectionSpace {
  if (path.startsWith("/admin/")) return "operators";
  return registrations.test(path) ? "registration" : "oauth";
}

type Surface = "oauth" | "session" | "split" | "operators" | "pages";

const oauthEndpoints =
  /^\/(?:v1\/|api\/auth\/v1\/oauth\/)?(?:authorize|par|token|device_authorization|revoke|introspect|userinfo|jwks\.json|end-session|register(?:\/[^/]+)?)$/;

/** The ones that a browser is sent to; the others speak to programs, whatever these say they accept. */
const visitedEndpoints = /^\/(?:v1\/|api\/auth\/v1\/oauth\/(?:auto-sso\/)?)?(?:authorize|end-session)$/;

/** Where browsers are led, or scripts ask in their place (routes/sso/oauth-variant.ts). */
const bridgekeepersHops = /^\/api\/auth\/v1\/oauth\/(?:authorize|token)$/;

/** Forms on the sites of partners are sent there, and so is JSON (contract §3, §5): whoever looks is answered, whatever was refused. */
const partnersForms =
  /^\/(?:(?:api\/)?v1\/(?:login|register(?:\/reminder)?|password\/(?:forgot|reset))|api\/v1\/auth\/jwt)$/;

/** Calls of the token vault, by themselves and by methods. */
const vaultCalls = /^\/(?:oauth\/method\/[^/]+\/call|api\/v1\/methods\/[^/]+)$/;

const hops =
  /^(?:\/api\/auth\/v1)?\/(?:login|authenticate|sessions\/access-token\/validate|users\/verify-email|oauth\/(?:auto-sso\/authorize|token))$/;
const formHops = /^(?:\/api\/auth\/v1)?\/(?:[^/]+\/callback|sso-(?:login|signup))$/;

/** A browser on its way to an upstream provider or another domain, or back; not a program. */
const isHop = ({ req }: AppContext): boolean =>
  (req.method === "GET" && hops.test(req.path)) ||
  (formHops.test(req.path) && !(req.header("content-type") ?? "").includes("json"));

/** Addresses of the session API that stand outside it, too. */
const sessionElsewhere =
  /^\/(?:api\/login\/[^/]+|api\/sign|sso-login|sso-signup|authenticate|sessions\/access-token\/validate)$/;

function surfaceOf(path: string): Surface {
  if (oauthEndpoints.test(path) || path.startsWith("/.well-known/")) return "oauth";
  if (path.startsWith("/api/auth/v1") || sessionElsewhere.test(path)) return "session";
  if (path.startsWith("/api/auth/") || path.startsWith("/gateway/")) return "split";
  if (path.startsWith("/admin/") || path.startsWith("/api/") || path.startsWith("/v1/")) return "operators";
  return "pages";
}
