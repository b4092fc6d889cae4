export const consoleHome = "/console";

export const trialCallbackPath = `${consoleHome}/try/callback`;

/** Every page below /console, and whether it has forms. What they show is in `pages` of handlers.tsx. */
export const consolePaths = {
  "/realms": "read",
  "/realms/new": "forms",
  "/realms/:realm": "forms",
  "/realms/:realm/domains": "forms",
  "/realms/:realm/settings": "read",
  "/realms/:realm/settings/:group": "forms",
  "/realms/:realm/look": "forms",
  "/realms/:realm/clients": "read",
  "/realms/:realm/clients/new": "forms",
  "/realms/:realm/clients/:client": "forms",
  "/realms/:realm/clients/:client/edit": "forms",
  "/realms/:realm/clients/:client/try": "forms",
  "/realms/:realm/registration-tokens": "forms",
  "/realms/:realm/providers": "read",
  "/realms/:realm/providers/new": "forms",
  "/realms/:realm/providers/:provider": "forms",
  "/realms/:realm/keys": "forms",
  "/realms/:realm/users": "read",
  "/realms/:realm/users/new": "forms",
  "/realms/:realm/users/:user": "forms",
  "/realms/:realm/users/:user/edit": "forms",
  "/realms/:realm/sources": "read",
  "/realms/:realm/sources/new": "forms",
  "/realms/:realm/sources/:source": "forms",
  "/realms/:realm/webhooks": "read",
  "/realms/:realm/webhooks/new": "forms",
  "/realms/:realm/webhooks/:webhook": "forms",
  "/realms/:realm/webhooks/:webhook/deliveries": "forms",
  "/realms/:realm/calls": "read",
  "/realms/:realm/calls/mappings": "read",
  "/realms/:realm/calls/mappings/new": "forms",
  "/realms/:realm/calls/mappings/:client/:mapping": "forms",
  "/realms/:realm/events": "read",
  "/realms/:realm/figures": "read",
  "/figures": "read",
} as const satisfies Record<string, "read" | "forms">;

export type ConsolePath = keyof typeof consolePaths;
