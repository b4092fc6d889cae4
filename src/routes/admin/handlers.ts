import type { Operator } from "../../domain/admin/operator.ts";
import type { AppContext } from "../../http/env.ts";
import { getApiKeys, postApiKey, postApiKeyRotation, removeApiKey } from "./api-keys.ts";
import { getAttention } from "./attention.ts";
import { writtenDown } from "./audited.ts";
import { isChange } from "./audited-changes.ts";
import { authorize } from "./authorize.ts";
import { getClient, getClients, patchClient, postClient, postSecret, removeClient } from "./clients.ts";
import { getDoctor } from "./doctor.ts";
import { postDomainCheck } from "./domain-check.ts";
import { getChain, getEventExport, getEvents, getStatistics } from "./events.ts";
import { getKeyEncryption, postRewrap } from "./key-encryption.ts";
import { getKeys, postRevocation, postRotation } from "./keys.ts";
import {
  getClientMapping,
  getClientMappings,
  postMappingTrial,
  putClientMapping,
  removeClientMapping,
} from "./mappings.ts";
import { getMove, postMove, removeMove } from "./moves.ts";
import { postProviderCheck } from "./provider-check.ts";
import { getProvider, getProviders, putProviderOfPath, removeProvider } from "./providers.ts";
import { postPublisher } from "./publishers.ts";
import { deleteRealm, getRealm, getRealms, patchRealm, postRealm } from "./realms.ts";
import { getRegistrationTokens, postRegistrationToken, removeRegistrationToken } from "./registration-tokens.ts";
import type { Address } from "./rights.ts";
import { getSourceOfPath, getSources, putSourceOfPath, removeSource } from "./sources.ts";
import { getUserConnections, removeUserConnection } from "./user-connections.ts";
import { getUserConsents, removeUserConsent } from "./user-consents.ts";
import { postFactorReset } from "./user-factors.ts";
import { postMerge } from "./user-merge.ts";
import { postPasswordReset } from "./user-password.ts";
import { getUserSessions, postKick, removeUserSession } from "./user-sessions.ts";
import { getUser, getUsers, patchUser, postUser, putRoles, removeUser } from "./users.ts";
import { getExport } from "./users-export.ts";
import { postImport } from "./users-import.ts";
import { getCalls, getConnectionHealth, getRealmMappings } from "./vault-log.ts";
import {
  getDeliveries,
  getWebhookOfPath,
  getWebhooks,
  patchWebhook,
  postReplay,
  postWebhook,
  postWebhookSecret,
  removeWebhook,
} from "./webhooks.ts";

const handlers: Record<Address, (c: AppContext, operator: Operator) => Promise<Response>> = {
  "POST /realms": postRealm,
  "GET /realms": getRealms,
  "GET /realms/:realm": getRealm,
  "PATCH /realms/:realm": patchRealm,
  "DELETE /realms/:realm": deleteRealm,
  "POST /realms/:realm/move": postMove,
  "GET /realms/:realm/move": getMove,
  "DELETE /realms/:realm/move": removeMove,
  "POST /publishers": postPublisher,
  "GET /doctor": getDoctor,
  "GET /key-encryption": getKeyEncryption,
  "POST /key-encryption/rewrap": postRewrap,

  "POST /realms/:realm/domains/:domain/check": postDomainCheck,
  "GET /events": getEvents,
  "GET /events/chain": getChain,
  "GET /events/export": getEventExport,
  "GET /realms/:realm/events": getEvents,
  "GET /realms/:realm/events/chain": getChain,
  "GET /realms/:realm/events/export": getEventExport,
  "GET /realms/:realm/statistics": getStatistics,
  "GET /realms/:realm/attention": getAttention,

  "POST /realms/:realm/clients": postClient,
  "GET /realms/:realm/clients": getClients,
  "GET /realms/:realm/clients/:client": getClient,
  "PATCH /realms/:realm/clients/:client": patchClient,
  "DELETE /realms/:realm/clients/:client": removeClient,
  "POST /realms/:realm/clients/:client/rotate-secret": postSecret,
  "POST /realms/:realm/clients/:client/api-keys": postApiKey,
  "GET /realms/:realm/clients/:client/api-keys": getApiKeys,
  "DELETE /realms/:realm/clients/:client/api-keys/:key": removeApiKey,
  "POST /realms/:realm/clients/:client/api-keys/:key/rotate": postApiKeyRotation,

  "POST /realms/:realm/registration-tokens": postRegistrationToken,
  "GET /realms/:realm/registration-tokens": getRegistrationTokens,
  "DELETE /realms/:realm/registration-tokens/:token": removeRegistrationToken,

  "POST /realms/:realm/users": postUser,
  "GET /realms/:realm/users": getUsers,
  "POST /realms/:realm/users/import": postImport,
  "GET /realms/:realm/users/export": getExport,
  "GET /realms/:realm/users/:user": getUser,
  "PATCH /realms/:realm/users/:user": patchUser,
  "DELETE /realms/:realm/users/:user": removeUser,
  "PUT /realms/:realm/users/:user/roles": putRoles,
  "POST /realms/:realm/users/:user/merge": postMerge,
  "POST /realms/:realm/users/:user/kick": postKick,
  "POST /realms/:realm/users/:user/tfa/reset": postFactorReset,
  "POST /realms/:realm/users/:user/password-reset": postPasswordReset,
  "GET /realms/:realm/users/:user/sessions": getUserSessions,
  "DELETE /realms/:realm/users/:user/sessions/:session": removeUserSession,
  "GET /realms/:realm/users/:user/consents": getUserConsents,
  "DELETE /realms/:realm/users/:user/consents/:client": removeUserConsent,

  "GET /realms/:realm/users/:user/connection-health": getConnectionHealth,
  "GET /realms/:realm/calls": getCalls,
  "GET /realms/:realm/mappings": getRealmMappings,
  "GET /realms/:realm/clients/:client/mappings": getClientMappings,
  "GET /realms/:realm/clients/:client/mappings/:mapping": getClientMapping,
  "PUT /realms/:realm/clients/:client/mappings/:mapping": putClientMapping,
  "DELETE /realms/:realm/clients/:client/mappings/:mapping": removeClientMapping,
  "POST /realms/:realm/clients/:client/mappings/:mapping/try": postMappingTrial,
  "GET /realms/:realm/users/:user/connections": getUserConnections,
  "DELETE /realms/:realm/users/:user/connections/:provider": removeUserConnection,

  "GET /realms/:realm/providers": getProviders,
  "GET /realms/:realm/providers/:provider": getProvider,
  "PUT /realms/:realm/providers/:provider": putProviderOfPath,
  "DELETE /realms/:realm/providers/:provider": removeProvider,
  "POST /realms/:realm/providers/:provider/check": postProviderCheck,

  "GET /realms/:realm/sources": getSources,
  "GET /realms/:realm/sources/:source": getSourceOfPath,
  "PUT /realms/:realm/sources/:source": putSourceOfPath,
  "DELETE /realms/:realm/sources/:source": removeSource,
  "POST /realms/:realm/sources/:source/api-keys": postApiKey,
  "GET /realms/:realm/sources/:source/api-keys": getApiKeys,
  "DELETE /realms/:realm/sources/:source/api-keys/:key": removeApiKey,
  "POST /realms/:realm/sources/:source/api-keys/:key/rotate": postApiKeyRotation,

  "POST /realms/:realm/webhooks": postWebhook,
  "GET /realms/:realm/webhooks": getWebhooks,
  "GET /realms/:realm/webhooks/:webhook": getWebhookOfPath,
  "PATCH /realms/:realm/webhooks/:webhook": patchWebhook,
  "DELETE /realms/:realm/webhooks/:webhook": removeWebhook,
  "POST /realms/:realm/webhooks/:webhook/rotate-secret": postWebhookSecret,
  "GET /realms/:realm/webhooks/:webhook/deliveries": getDeliveries,
  "POST /realms/:realm/webhooks/:webhook/deliveries/replay": postReplay,
  "POST /realms/:realm/webhooks/:webhook/deliveries/:delivery/replay": postReplay,

  "GET /realms/:realm/keys": getKeys,
  "POST /realms/:realm/keys/rotate": postRotation,
  "POST /realms/:realm/keys/:kid/revoke": postRevocation,
};

export { authenticate } from "./authenticate.ts";

/** What any endpoint does: for whom its row of rights.ts allows it, and a change written down. */
export async function answer(c: AppContext, address: Address): Promise<Response> {
  const operator = await authorize(c, address);
  const handle = handlers[address];
  return isChange(address) ? writtenDown(c, operator, address, handle) : handle(c, operator);
}
