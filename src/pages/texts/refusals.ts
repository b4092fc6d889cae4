/**
 * Why something was refused, as people read it on a page. English needs none: there the table of reasons
 * (src/errors) speaks for itself, with a sentence for each reason.
 */
export interface RefusalTexts {
  /** Stands before the reason in English, which people may pass on. */
  readonly technical: string;
  readonly sentences: Readonly<Record<RefusalSentence, string>>;
}

/** What the reasons that reach people come down to. */
export type RefusalSentence =
  | "nothing-here"
  | "not-this-way"
  | "too-large"
  | "unreadable"
  | "foreign-site"
  | "form-expired"
  | "too-many"
  | "busy"
  | "ours"
  | "application-unknown"
  | "return-address"
  | "begun-elsewhere"
  | "sign-out-invalid"
  | "sign-up-closed"
  | "forbidden"
  | "session-over"
  | "link-over"
  | "too-many-devices"
  | "sign-in-again"
  | "set-up-expired"
  | "no-second-factor"
  | "account-disabled"
  | "provider-failed"
  | "provider-off"
  | "address-taken"
  | "linked-elsewhere"
  | "request-invalid";
