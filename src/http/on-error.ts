import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ConfigurationError } from "../config/env.ts";
import { AuthorizationError } from "../domain/authorization/authorization-error.ts";
import { SecondFactorNeeded } from "../domain/second-factor/half-sign-in.ts";
import { BearerError, Failure, OAuthError, PageError } from "../errors/errors.ts";
import { StorageUnavailable } from "../errors/storage-unavailable.ts";
import { sendAuthorizationResponse } from "./authorization-response.tsx";
import type { AppContext } from "./env.ts";
import { sendErrorPage } from "./error-page.tsx";
import { answerHalfSignIn } from "./half-sign-in.ts";
import { logBug } from "./log.ts";
import { isNavigation } from "./page.ts";
import { refusalHeaders } from "./refusal-headers.ts";
import { requestId } from "./request-id.ts";

/** The one place where a refusal becomes an answer. What is not a refusal is a bug: recorded, and nothing of it is told. */
export function onError(error: Error, c: AppContext): Response | Promise<Response> {
  if (error instanceof SecondFactorNeeded) return askForSecondFactor(c, error);
  const failure = asFailure(error);
  if (failure.status >= 500) logBug(c, error);
  refusalHeaders(c, failure);
  c.header("cache-control", "no-store");
  if (failure instanceof AuthorizationError)
    return sendAuthorizationResponse(c, failure.target, {
      error: failure.code,
      error_description: failure.publicMessage,
    });
  return render(c, failure, failure.status as ContentfulStatusCode);
}

/** Should even this fail, nobody is let in. */
async function askForSecondFactor(c: AppContext, needed: SecondFactorNeeded): Promise<Response> {
  c.header("cache-control", "no-store");
  const isJson = (c.req.header("content-type") ?? "").includes("json");
  try {
    return await answerHalfSignIn(c, needed, !isJson && (surfaceOf(c.req.path) === "pages" || isNavigation(c)));
  } catch (error) {
    return onError(error instanceof Error ? error : new Error("not an error", { cause: error }), c);
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof StorageUnavailable) return new Failure("storage-unavailable", { cause: error });
  if (error instanceof ConfigurationError) return new Failure("not-configured", { cause: error });
  return new Failure("server-error", { cause: error });
}

function render(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  if (failure instanceof BearerError) return bearerChallenge(c, failure, status);
  const surface = surfaceOf(c.req.path);
  const hasPages = surface === "pages" || visitedEndpoints.test(c.req.path) || isSocialHop(c);
  if (hasPages && !(failure instanceof OAuthError) && isNavigation(c)) return sendErrorPage(c, failure, status);
  if (surface === "session") return sessionRefusal(c, failure, status);
  if (surface === "oauth" || failure instanceof OAuthError || failure instanceof PageError)
    return oauthError(c, failure, status);
  return problemDetails(c, failure, status);
}

/** RFC 6749 §5.2. */
function oauthError(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  if (status === 401 && c.req.header("authorization") !== undefined)
    c.header("www-authenticate", 'Basic realm="oauth", charset="UTF-8"');
  return c.json({ error: failure.code, error_description: failure.publicMessage }, status);
}

const bearerErrors: Readonly<Record<string, string>> = {
  invalid_request: "invalid_request",
  insufficient_scope: "insufficient_scope",
};

/** RFC 6750 §3. Without any token the challenge carries no error code. */
function bearerChallenge(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  const error = bearerErrors[failure.code] ?? "invalid_token";
  const missing = failure.reason === "access-token-missing";
  const parameters = missing ? "" : `, error="${error}", error_description="${failure.publicMessage}"`;
  c.header("www-authenticate", `Bearer realm="oauth"${parameters}`);
  const surface = surfaceOf(c.req.path);
  if (surface === "session") return sessionRefusal(c, failure, status);
  if (surface === "operators") return problemDetails(c, failure, status);
  return c.json({ error, error_description: failure.publicMessage, code: failure.code }, status);
}

/** The message stands in both places where callers look for it. */
function sessionRefusal(c: AppContext, failure: Failure, status: ContentfulStatusCode): Response {
  const { publicMessage: message, code, fields } = failure;
  return c.json({ error: { message, code, ...(fields === undefined ? {} : { fields }) }, message }, status);
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
  };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json" });
}

type Surface = "oauth" | "session" | "operators" | "pages";

const oauthEndpoints =
  /^\/(?:v1\/|api\/auth\/v1\/oauth\/)?(?:authorize|token|revoke|introspect|userinfo|jwks\.json|end-session)$/;

/** The ones that a browser is sent to; the others speak to programs, whatever these say they accept. */
const visitedEndpoints = /^\/(?:v1\/|api\/auth\/v1\/oauth\/)?(?:authorize|end-session)$/;

/** A browser on its way to an upstream provider, or back. */
const isSocialHop = ({ req }: AppContext): boolean =>
  /^\/api\/auth\/v1\/[^/]+\/callback$/.test(req.path) || (req.method === "GET" && req.path === "/api/auth/v1/login");

function surfaceOf(path: string): Surface {
  if (oauthEndpoints.test(path) || path.startsWith("/.well-known/")) return "oauth";
  if (path.startsWith("/api/auth/v1") || path.startsWith("/api/login/")) return "session";
  if (path.startsWith("/admin/") || path.startsWith("/api/") || path.startsWith("/v1/")) return "operators";
  return "pages";
}
