import type { OperatorKind } from "../../domain/admin/operator.ts";

const deployment = ["deployment"] as const;
const sysadmins = ["deployment", "sysadmin"] as const;
const admins = ["deployment", "sysadmin", "admin"] as const;

/**
 * Every endpoint of the operators' API, and who may call it. There is no other way to stand up an endpoint, so one that nobody was
 * given is closed. A realm's operators reach their own realm only; what an `admin` may not do to a system administrator or to a
 * first-party application is in domain/admin/operator.ts.
 */
export const rights = {
  "POST /realms": deployment,
  "GET /realms": admins,
  "GET /realms/:realm": admins,
  "PATCH /realms/:realm": sysadmins,
  "DELETE /realms/:realm": deployment,
  "POST /realms/:realm/move": deployment,
  "GET /realms/:realm/move": deployment,
  "DELETE /realms/:realm/move": deployment,
  "POST /publishers": deployment,
  "GET /doctor": deployment,
  "GET /key-encryption": deployment,
  "POST /key-encryption/rewrap": deployment,

  "POST /realms/:realm/domains/:domain/check": sysadmins,
  "GET /events": deployment,
  "GET /events/chain": deployment,
  "GET /events/export": deployment,
  "GET /realms/:realm/events": admins,
  "GET /realms/:realm/events/chain": admins,
  "GET /realms/:realm/events/export": admins,
  "GET /realms/:realm/statistics": admins,
  "GET /realms/:realm/attention": sysadmins,

  "POST /realms/:realm/clients": admins,
  "GET /realms/:realm/clients": admins,
  "GET /realms/:realm/clients/:client": admins,
  "PATCH /realms/:realm/clients/:client": admins,
  "DELETE /realms/:realm/clients/:client": admins,
  "POST /realms/:realm/clients/:client/rotate-secret": admins,
  "POST /realms/:realm/clients/:client/api-keys": sysadmins,
  "GET /realms/:realm/clients/:client/api-keys": sysadmins,
  "DELETE /realms/:realm/clients/:client/api-keys/:key": sysadmins,
  "POST /realms/:realm/clients/:client/api-keys/:key/rotate": sysadmins,

  "POST /realms/:realm/registration-tokens": admins,
  "GET /realms/:realm/registration-tokens": admins,
  "DELETE /realms/:realm/registration-tokens/:token": admins,

  "POST /realms/:realm/users": admins,
  "GET /realms/:realm/users": admins,
  "POST /realms/:realm/users/import": admins,
  "GET /realms/:realm/users/export": admins,
  "GET /realms/:realm/users/:user": admins,
  "PATCH /realms/:realm/users/:user": admins,
  "DELETE /realms/:realm/users/:user": admins,
  "PUT /realms/:realm/users/:user/roles": admins,
  "POST /realms/:realm/users/:user/merge": sysadmins,
  "POST /realms/:realm/users/:user/kick": admins,
  "POST /realms/:realm/users/:user/tfa/reset": admins,
  "POST /realms/:realm/users/:user/password-reset": admins,
  "GET /realms/:realm/users/:user/sessions": admins,
  "DELETE /realms/:realm/users/:user/sessions/:session": admins,
  "GET /realms/:realm/users/:user/consents": admins,
  "DELETE /realms/:realm/users/:user/consents/:client": admins,

  "GET /realms/:realm/users/:user/connection-health": admins,
  "GET /realms/:realm/calls": admins,
  "GET /realms/:realm/mappings": admins,
  "GET /realms/:realm/clients/:client/mappings": admins,
  "GET /realms/:realm/clients/:client/mappings/:mapping": admins,
  "PUT /realms/:realm/clients/:client/mappings/:mapping": admins,
  "DELETE /realms/:realm/clients/:client/mappings/:mapping": admins,
  "POST /realms/:realm/clients/:client/mappings/:mapping/try": admins,
  "GET /realms/:realm/users/:user/connections": admins,
  "DELETE /realms/:realm/users/:user/connections/:provider": admins,

  "GET /realms/:realm/providers": sysadmins,
  "GET /realms/:realm/providers/:provider": sysadmins,
  "PUT /realms/:realm/providers/:provider": sysadmins,
  "DELETE /realms/:realm/providers/:provider": sysadmins,
  "POST /realms/:realm/providers/:provider/check": sysadmins,

  "GET /realms/:realm/sources": sysadmins,
  "GET /realms/:realm/sources/:source": sysadmins,
  "PUT /realms/:realm/sources/:source": sysadmins,
  "DELETE /realms/:realm/sources/:source": sysadmins,
  "POST /realms/:realm/sources/:source/api-keys": sysadmins,
  "GET /realms/:realm/sources/:source/api-keys": sysadmins,
  "DELETE /realms/:realm/sources/:source/api-keys/:key": sysadmins,
  "POST /realms/:realm/sources/:source/api-keys/:key/rotate": sysadmins,

  "POST /realms/:realm/webhooks": sysadmins,
  "GET /realms/:realm/webhooks": sysadmins,
  "GET /realms/:realm/webhooks/:webhook": sysadmins,
  "PATCH /realms/:realm/webhooks/:webhook": sysadmins,
  "DELETE /realms/:realm/webhooks/:webhook": sysadmins,
  "POST /realms/:realm/webhooks/:webhook/rotate-secret": sysadmins,
  "GET /realms/:realm/webhooks/:webhook/deliveries": sysadmins,
  "POST /realms/:realm/webhooks/:webhook/deliveries/replay": sysadmins,
  "POST /realms/:realm/webhooks/:webhook/deliveries/:delivery/replay": sysadmins,

  "GET /realms/:realm/keys": sysadmins,
  "POST /realms/:realm/keys/rotate": sysadmins,
  "POST /realms/:realm/keys/:kid/revoke": sysadmins,
} as const satisfies Record<string, readonly OperatorKind[]>;

/** Method and path below `/admin/v1`. */
export type Address = keyof typeof rights;
