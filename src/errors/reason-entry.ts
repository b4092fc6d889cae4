/** What one reason is over the wire. */
export interface ReasonEntry {
  /** HTTP status where the surface has no rule of its own. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504;
  /** What callers may see and match on: the wire code of `x-error-code` and of the body. */
  readonly code: string;
  /** How `x-error-code` spells it, where callers match on another spelling than the body has. */
  readonly headerCode?: string;
  /** What the caller may read. ASCII without quotes, as RFC 6749 §5.2 asks of error_description. */
  readonly message: string;
}
