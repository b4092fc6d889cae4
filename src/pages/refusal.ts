import type { Failure } from "../errors/errors.ts";
import type { Reason } from "../errors/reasons.ts";
import type { Texts } from "./texts/index.ts";
import type { RefusalSentence } from "./texts/refusals.ts";

/** What a page says about a refusal. */
export interface Refusal {
  readonly detail: string;
  /** The reason in English, where the sentence above is not as exact. */
  readonly technical?: string;
}

/** What went wrong, in the reader's language. English has a sentence for each reason; the others one for what it comes down to. */
export function refusalOf(failure: Failure, { refusals }: Texts): Refusal {
  const { reason, publicMessage } = failure;
  if (refusals === null) return { detail: publicMessage };
  const sentence = sentenceOf[reason];
  const isExact = sentence !== undefined && failure.detail === undefined;
  const detail = refusals.sentences[sentence ?? generalSentence(failure.status)];
  return isExact ? { detail } : { detail, technical: publicMessage };
}

/** The reasons that reach people. Whatever else does is somebody's program to mend, and is shown in English as well. */
export const sentenceOf: Readonly<Partial<Record<Reason, RefusalSentence>>> = {
  "not-found": "nothing-here",
  "unknown-host": "nothing-here",
  "embedding-off": "nothing-here",
  "method-not-allowed": "not-this-way",
  "body-too-large": "too-large",
  "social-sign-in-too-long": "too-large",
  "body-not-form": "unreadable",
  "body-invalid": "unreadable",
  "query-invalid": "unreadable",
  "parameter-repeated": "unreadable",
  "cross-site-request": "foreign-site",
  "csrf-token-invalid": "form-expired",
  "rate-limited": "too-many",
  "storage-unavailable": "busy",
  "realm-moving": "busy",
  "signing-key-unavailable": "busy",
  "not-configured": "busy",
  "server-error": "ours",
  "authorization-client-unknown": "application-unknown",
  "embedding-client-unknown": "application-unknown",
  "redirect-not-allowed": "return-address",
  "pushed-request-unknown": "begun-elsewhere",
  "interaction-expired": "begun-elsewhere",
  "social-sign-in-expired": "begun-elsewhere",
  "logout-hint-invalid": "sign-out-invalid",
  "sign-up-closed": "sign-up-closed",
  "admin-role-missing": "forbidden",
  "session-missing": "session-over",
  "session-invalid": "session-over",
  "session-ended": "session-over",
  "sso-token-invalid": "link-over",
  "token-consumed": "link-over",
  "link-invalid": "link-over",
  "link-used": "link-over",
  "link-token-invalid": "link-over",
  "link-token-used": "link-over",
  "hand-over-token-missing": "link-over",
  "hand-over-token-expired": "link-over",
  "hand-over-token-used": "link-over",
  "session-limit-reached": "too-many-devices",
  "reauthentication-required": "sign-in-again",
  "second-factor-set-up-expired": "set-up-expired",
  "second-factor-off": "no-second-factor",
  "account-disabled": "account-disabled",
  "provider-unknown": "provider-off",
  "provider-disabled": "provider-off",
  "provider-unavailable": "provider-failed",
  "provider-refused": "provider-failed",
  "provider-answer-invalid": "provider-failed",
  "link-required": "address-taken",
  "account-linked-elsewhere": "linked-elsewhere",
};

function generalSentence(status: number): RefusalSentence {
  if (status === 429) return "too-many";
  if (status === 404) return "nothing-here";
  if (status >= 500) return status === 503 ? "busy" : "ours";
  return status === 403 ? "forbidden" : "request-invalid";
}
