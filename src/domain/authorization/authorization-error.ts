import { Failure } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import type { RedirectTarget } from "./redirect-target.ts";

/** A refusal that the client may be told: there is a proven address (RFC 6749 §4.1.2.1). */
export class AuthorizationError extends Failure {
  override readonly name = "AuthorizationError";
  readonly target: RedirectTarget;

  constructor(reason: Reason, target: RedirectTarget) {
    super(reason);
    this.target = target;
  }
}
