import { auditLimits } from "./limits/audit.ts";
import { authorizationLimits } from "./limits/authorization.ts";
import { clientLimits } from "./limits/clients.ts";
import { credentialLimits } from "./limits/credentials.ts";
import { deviceLimits } from "./limits/devices.ts";
import { realmLimits } from "./limits/realms.ts";
import { requestLimits } from "./limits/requests.ts";
import { sessionLimits } from "./limits/sessions.ts";
import { upstreamLimits } from "./limits/upstream.ts";
import { vaultLimits } from "./limits/vault.ts";
import { webhookLimits } from "./limits/webhooks.ts";

/** Every fixed duration and size, units in the names. What a realm may change is in realm-settings.ts. */
export const limits = {
  ...authorizationLimits,
  ...deviceLimits,
  ...clientLimits,
  ...sessionLimits,
  ...credentialLimits,
  ...realmLimits,
  ...requestLimits,
  ...upstreamLimits,
  ...webhookLimits,
  ...vaultLimits,
  ...auditLimits,
} as const;
