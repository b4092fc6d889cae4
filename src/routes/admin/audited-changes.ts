// What each change by operators is called in the audit log, and what it is about.
import type * as z from "zod";
import type { Differences } from "../../domain/audit/differences.ts";
import type { AppContext } from "../../http/env.ts";
import type { AuditType } from "../../storage/audit-events.ts";
import { mappingAnswerSchema } from "../vault-calls/mappings.ts";
import { clientSchema } from "./client-json.ts";
import { getClient } from "./clients.ts";
import { getClientMapping } from "./mappings.ts";
import { providerSchema } from "./provider-json.ts";
import { getProvider } from "./providers.ts";
import { realmSchema } from "./realm-json.ts";
import { getRealm } from "./realms.ts";
import type { Address } from "./rights.ts";
import { getSourceOfPath, sourceSchema } from "./sources.ts";
import { userSchema } from "./user-json.ts";
import { getUser } from "./users.ts";
import { webhookSchema } from "./webhook-json.ts";
import { getWebhookOfPath } from "./webhooks.ts";

/** Also what takes all people away. */
const exportOfUsers = "GET /realms/:realm/users/export";
type Changing = Extract<Address, `${"POST" | "PUT" | "PATCH" | "DELETE"} ${string}`>;
/** What only looks whether something works changes nothing. */
export type Change = Exclude<Changing, `${string}/check` | `${string}/try`> | typeof exportOfUsers;
export const isChange = (address: Address): address is Change =>
  address === exportOfUsers || !(address.startsWith("GET ") || /\/(?:check|try)$/.test(address));

/** A thing that can be read. What the log shows of it is what its GET shows, and so never a secret. */
export interface View {
  readonly kind: string;
  /** What names it, in the path and in answers. */
  readonly param: string;
  readonly id: string;
  readonly schema: z.ZodType;
  readonly read: (c: AppContext) => Promise<Response>;
  readonly shows: (field: string) => boolean;
}

export interface Audited {
  readonly type: AuditType | ((changes: Differences) => AuditType);
  readonly view?: View;
  /** What it is about, where that is not the view: the parameter of the path, or the answer's member, that names it. */
  readonly target?: { readonly kind: string; readonly param?: string; readonly member?: string };
  /** It is about what no realm holds, or holds no more. */
  readonly ofDeployment?: true;
}

const everything = (): boolean => true;
/** Of people the log says which fields changed, and the values of those that are not about the person. */
const notPersonal = (field: string): boolean =>
  ["roles", "disabled", "email_verified", "phone_verified", "guest"].includes(field);
/** The path of a webhook's address may be its secret. */
const notAddress = (field: string): boolean => field !== "url";
/** What a mapping sends of its own may hold a key that is the application's. */
const notSent = (field: string): boolean => !/\.(?:headers|queryString|payload)(?:\.|$)/.test(field);

const realm: View = { kind: "realm", param: "realm", id: "id", schema: realmSchema, read: getRealm, shows: everything };
const client: View = {
  kind: "client",
  param: "client",
  id: "client_id",
  schema: clientSchema,
  read: getClient,
  shows: everything,
};
const user: View = { kind: "user", param: "user", id: "id", schema: userSchema, read: getUser, shows: notPersonal };
const provider: View = {
  kind: "provider",
  param: "provider",
  id: "name",
  schema: providerSchema,
  read: getProvider,
  shows: everything,
};
const source: View = {
  kind: "source",
  param: "source",
  id: "name",
  schema: sourceSchema,
  read: getSourceOfPath,
  shows: everything,
};
const webhook: View = {
  kind: "webhook",
  param: "webhook",
  id: "id",
  schema: webhookSchema,
  read: getWebhookOfPath,
  shows: notAddress,
};
const mapping: View = {
  kind: "mapping",
  param: "mapping",
  id: "name",
  schema: mappingAnswerSchema,
  read: getClientMapping,
  shows: notSent,
};

const apiKey = { kind: "api_key", param: "key", member: "id" };
const registrationToken = { kind: "registration_token", param: "token", member: "id" };
const ofUser = { kind: "user", param: "user" };
const ofRealm = { kind: "realm", param: "realm" };

/** Every endpoint that changes something, or takes everything along. One without a line here does not compile. */
export const changes: Record<Change, Audited> = {
  "POST /realms": { type: "realm.created", view: realm, ofDeployment: true },
  "PATCH /realms/:realm": { type: "realm.updated", view: realm },
  "DELETE /realms/:realm": { type: "realm.deleted", view: realm, ofDeployment: true },
  "POST /publishers": {
    type: "realm.created",
    target: { kind: "publisher", member: "frontend.id" },
    ofDeployment: true,
  },

  "POST /realms/:realm/clients": { type: "client.created", view: client },
  "PATCH /realms/:realm/clients/:client": { type: "client.updated", view: client },
  "DELETE /realms/:realm/clients/:client": { type: "client.deleted", view: client },
  "POST /realms/:realm/clients/:client/rotate-secret": {
    type: "client.secret_rotated",
    target: { kind: "client", param: "client", member: "client_id" },
  },

  "POST /realms/:realm/clients/:client/api-keys": { type: "api_key.created", target: apiKey },
  "DELETE /realms/:realm/clients/:client/api-keys/:key": { type: "api_key.deleted", target: apiKey },
  "POST /realms/:realm/clients/:client/api-keys/:key/rotate": { type: "api_key.rotated", target: apiKey },

  "POST /realms/:realm/registration-tokens": { type: "registration_token.created", target: registrationToken },
  "DELETE /realms/:realm/registration-tokens/:token": { type: "registration_token.deleted", target: registrationToken },

  "POST /realms/:realm/users": { type: "user.created", view: user },
  "POST /realms/:realm/users/import": { type: "users.imported" },
  "GET /realms/:realm/users/export": { type: "users.exported" },
  "PATCH /realms/:realm/users/:user": { type: typeOfUserChange, view: user },
  "DELETE /realms/:realm/users/:user": { type: "user.deleted", view: user },
  "PUT /realms/:realm/users/:user/roles": { type: "user.roles_changed", view: user },
  "POST /realms/:realm/users/:user/merge": { type: "user.merged", view: user },
  "POST /realms/:realm/users/:user/kick": { type: "user.kicked", target: ofUser },
  "POST /realms/:realm/users/:user/tfa/reset": { type: "factor.reset", target: ofUser },
  "POST /realms/:realm/users/:user/password-reset": { type: "password.reset_by_operator", target: ofUser },
  "DELETE /realms/:realm/users/:user/sessions/:session": {
    type: "user.kicked",
    target: { kind: "session", param: "session" },
  },
  "DELETE /realms/:realm/users/:user/consents/:client": {
    type: "consent.revoked",
    target: { kind: "client", param: "client" },
  },

  "DELETE /realms/:realm/users/:user/connections/:provider": {
    type: "connection.disconnected",
    target: { kind: "provider", param: "provider" },
  },

  "PUT /realms/:realm/providers/:provider": { type: "provider.set", view: provider },
  "DELETE /realms/:realm/providers/:provider": { type: "provider.deleted", view: provider },

  "PUT /realms/:realm/clients/:client/mappings/:mapping": { type: "mapping.set", view: mapping },
  "DELETE /realms/:realm/clients/:client/mappings/:mapping": { type: "mapping.deleted", view: mapping },

  "PUT /realms/:realm/sources/:source": { type: "source.set", view: source },
  "DELETE /realms/:realm/sources/:source": { type: "source.deleted", view: source },
  "POST /realms/:realm/sources/:source/api-keys": { type: "api_key.created", target: apiKey },
  "DELETE /realms/:realm/sources/:source/api-keys/:key": { type: "api_key.deleted", target: apiKey },
  "POST /realms/:realm/sources/:source/api-keys/:key/rotate": { type: "api_key.rotated", target: apiKey },

  "POST /realms/:realm/webhooks": { type: "webhook.created", view: webhook },
  "PATCH /realms/:realm/webhooks/:webhook": { type: "webhook.updated", view: webhook },
  "DELETE /realms/:realm/webhooks/:webhook": { type: "webhook.deleted", view: webhook },
  "POST /realms/:realm/webhooks/:webhook/rotate-secret": { type: "webhook.secret_rotated", view: webhook },
  "POST /realms/:realm/webhooks/:webhook/deliveries/replay": {
    type: "webhook.replayed",
    target: { kind: "webhook", param: "webhook" },
  },
  "POST /realms/:realm/webhooks/:webhook/deliveries/:delivery/replay": {
    type: "webhook.replayed",
    target: { kind: "delivery", param: "delivery" },
  },

  "POST /realms/:realm/move": { type: "realm.move_begun", target: ofRealm, ofDeployment: true },
  "DELETE /realms/:realm/move": { type: "realm.move_aborted", target: ofRealm, ofDeployment: true },
  "POST /key-encryption/rewrap": { type: "key_encryption.rewrap_begun", ofDeployment: true },
  "POST /realms/:realm/keys/rotate": { type: "key.rotated" },
  "POST /realms/:realm/keys/:kid/revoke": { type: "key.revoked", target: { kind: "key", param: "kid" } },
};

/** The change that matters most gives the name. */
function typeOfUserChange({ changed, after }: Differences): AuditType {
  if (changed.includes("disabled")) return after.disabled === true ? "user.disabled" : "user.enabled";
  return changed.includes("roles") ? "user.roles_changed" : "user.updated";
}
