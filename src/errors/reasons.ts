import { accountReasons } from "./account-reasons.ts";
import { authorizationReasons } from "./authorization-reasons.ts";
import { dpopReasons } from "./dpop-reasons.ts";
import { embeddingReasons } from "./embedding-reasons.ts";
import { factorReasons } from "./factor-reasons.ts";
import { handOverReasons } from "./hand-over-reasons.ts";
import { importReasons } from "./import-reasons.ts";
import { operatorReasons } from "./operator-reasons.ts";
import { providerReasons } from "./provider-reasons.ts";
import type { ReasonEntry } from "./reason-entry.ts";
import { registrationReasons } from "./registration-reasons.ts";
import { requestReasons } from "./request-reasons.ts";
import { serverReasons } from "./server-reasons.ts";
import { splitTokenReasons } from "./split-token-reasons.ts";
import { tokenReasons } from "./token-reasons.ts";
import { vaultCallReasons } from "./vault-call-reasons.ts";
import { vaultReasons } from "./vault-reasons.ts";

/** The one table from our private reason to what goes over the wire. Many reasons share a code on purpose. */
export const reasons = {
  ...requestReasons,
  ...tokenReasons,
  ...dpopReasons,
  ...authorizationReasons,
  ...registrationReasons,
  ...accountReasons,
  ...factorReasons,
  ...providerReasons,
  ...serverReasons,
  ...handOverReasons,
  ...embeddingReasons,
  ...splitTokenReasons,
  ...vaultReasons,
  ...vaultCallReasons,
  ...operatorReasons,
  ...importReasons,
} as const satisfies Record<string, ReasonEntry>;

/** Why something was refused, in our own words. Never sent; see `reasons` for what is. */
export type Reason = keyof typeof reasons;
