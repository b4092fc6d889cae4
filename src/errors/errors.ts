import type { ReasonEntry } from "./reason-entry.ts";
import { type Reason, reasons } from "./reasons.ts";

interface FailureOptions {
  /** A sentence for the caller, in place of the table's. */
  readonly detail?: string;
  /** Field by field, for forms and JSON bodies. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A refusal with a reason. What the caller sees of it is in the table of reasons; how it is dressed, in http/on-error.ts. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly reason: Reason;
  readonly detail: string | undefined;
  readonly fields: Readonly<Record<string, string>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: Reason, options: FailureOptions = {}) {
    super(reason, { cause: options.cause });
    this.reason = reason;
    this.detail = options.detail;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return reasons[this.reason].status;
  }

  get code(): string {
    return reasons[this.reason].code;
  }

  /** For the header `x-error-code`. */
  get headerCode(): string {
    const entry: ReasonEntry = reasons[this.reason];
    return entry.headerCode ?? entry.code;
  }

  /** What the caller may read. */
  get publicMessage(): string {
    return this.detail ?? reasons[this.reason].message;
  }
}

/** Answered as RFC 6749 §5.2 JSON, whichever surface it happened on. */
export class OAuthError extends Failure {
  override readonly name = "OAuthError";
}

/** Answered as RFC 6750 §3: a WWW-Authenticate challenge and JSON. */
export class BearerError extends Failure {
  override readonly name = "BearerError";
}

/** Answered as a page, because a person is looking and there is no address that may be told. */
export class PageError extends Failure {
  override readonly name = "PageError";
}

/** Answered in the JSON shape of the surface: session API, or RFC 9457 problem details. */
export class Problem extends Failure {
  override readonly name = "Problem";
}
