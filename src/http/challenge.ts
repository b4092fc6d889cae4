/** The challenge to whoever showed no access token, or one that was not taken: RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { proofAlgorithms } from "../crypto/dpop-proof.ts";
import type { Failure } from "../errors/errors.ts";
import type { Reason } from "../errors/reasons.ts";
import type { AppContext } from "./env.ts";

/** Codes of ours that are the standards' own. All others are told apart by `x-error-code`. */
const standardErrors: ReadonlySet<string> = new Set([
  "invalid_request",
  "insufficient_scope",
  "invalid_dpop_proof",
  "use_dpop_nonce",
]);

export const tokenError = ({ code }: Failure): string => (standardErrors.has(code) ? code : "invalid_token");

/** RFC 9449 §7.1, §9: where tokens are used, a bad proof is a failed authentication. */
export const challengeStatus = ({ code, status }: Failure): ContentfulStatusCode =>
  (code === "invalid_dpop_proof" || code === "use_dpop_nonce" ? 401 : status) as ContentfulStatusCode;

/** Without any token there is no error to name (RFC 6750 §3.1). */
const nothingShown: ReadonlySet<Reason> = new Set([
  "access-token-missing",
  "admin-token-missing",
  "registration-token-missing",
]);

export type ProtectionSpace = "oauth" | "operators" | "registration";

/** Both schemes, the one that was tried first; it says what went wrong. `space` is the protection space (RFC 9110 §11.5). */
export function challenge(c: AppContext, failure: Failure, space: ProtectionSpace): string {
  const error = nothingShown.has(failure.reason)
    ? ""
    : `, error="${tokenError(failure)}", error_description="${failure.publicMessage}"`;
  const bearer = `Bearer realm="${space}"${error}`;
  if (space === "registration") return bearer;
  const algorithms = `algs="${proofAlgorithms.join(" ")}"`;
  const about = space === "oauth" ? `, resource_metadata="${c.get("realm").realm.issuer}${resourceMetadataPath}"` : "";
  return /^dpop /i.test(c.req.header("authorization") ?? "")
    ? `DPoP realm="${space}", ${algorithms}${error}${about}, Bearer realm="${space}"`
    : `${bearer}${about}, DPoP realm="${space}", ${algorithms}`;
}

/** Where whoever has no token yet learns who gives them (RFC 9728 §3, §5.1). */
export const resourceMetadataPath = "/.well-known/oauth-protected-resource";
