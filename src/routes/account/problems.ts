import type { Reason } from "../../errors/reasons.ts";
import type { AccountProblem } from "../../pages/account/account-shell.tsx";

/** The refusals that the pages of the account have words for; all others are error pages. */
const problems: Readonly<Partial<Record<Reason, AccountProblem>>> = {
  "rate-limited": "too-many-attempts",
  "password-wrong": "wrong-password",
  "user-not-allowed": "wrong-password",
  "temporary-password-expired": "wrong-password",
  "password-missing": "password-missing",
  "password-too-short": "password-missing",
  "password-too-long": "password-missing",
  "password-too-common": "password-missing",
  "password-contains-context": "password-missing",
  "password-unchanged": "password-missing",
  "one-time-code-wrong": "wrong-code",
  "one-time-code-missing": "code-missing",
  "account-missing": "wrong-code",
  "second-factor-wrong": "wrong-code",
  "second-factor-missing": "code-missing",
  "second-factor-absent": "gone",
  "second-factor-required-here": "required-here",
  "email-invalid": "email-invalid",
  "phone-number-invalid": "phone-invalid",
  "username-invalid": "username-invalid",
  "body-invalid": "name-invalid",
  "identifier-missing": "address-first",
  "user-already-exists": "taken",
  "version-outdated": "outdated",
  "passkey-unknown": "gone",
  "passkey-last": "last-way-in",
  "linked-account-unknown": "gone",
  "linked-account-last": "last-way-in",
  "unified-account-fixed": "fixed-link",
  "session-unknown": "gone",
  "consent-unknown": "gone",
  "provider-unknown": "provider-failed",
  "provider-disabled": "provider-failed",
  "provider-unavailable": "provider-failed",
  "confirmation-missing": "not-typed",
  "realm-without-sysadmin": "last-sysadmin",
};

export const problemOfReason = (reason: Reason): AccountProblem | null => problems[reason] ?? null;

/** What a provider, or our own callback, says in the address of the page. */
export function problemOfProvider(error: string): AccountProblem {
  if (error === "access_denied") return "provider-denied";
  return error === "account-already-linked" ? "linked-elsewhere" : "provider-failed";
}
