/** What happened to the second factors and passkeys of an account; its owner is told. */
export type FactorEvent =
  | "tfa-enabled"
  | "tfa-disabled"
  | "tfa-reset"
  | "recovery-code-used"
  | "recovery-codes-renewed"
  | "passkey-added"
  | "passkey-removed";
