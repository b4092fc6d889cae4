/** What a key may be used for. */
const apiKeyScopes = {
  "accounts:read": "Read which accounts of its source are linked to a user.",
  "accounts:write": "Link accounts of its source to users, and take links away.",
  "sessions:verify": "Ask whether a session or an access token is alive.",
  "vault:use": "Call providers for the application's users, and see and end their connections.",
  "webhooks:manage": "Set where events are sent.",
} as const;

export type ApiKeyScope = keyof typeof apiKeyScopes;

export const apiKeyScopeNames = Object.keys(apiKeyScopes) as [ApiKeyScope, ...ApiKeyScope[]];

type Some = readonly [ApiKeyScope, ...ApiKeyScope[]];

/** What the keys of a main product, and those of an application, may be given; all of it when nothing is named. */
export const scopesOfOwner = {
  source: ["accounts:read", "accounts:write", "sessions:verify", "webhooks:manage"],
  client: ["sessions:verify", "vault:use", "webhooks:manage"],
} as const satisfies Record<"source" | "client", Some>;
