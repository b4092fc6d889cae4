export { clientOrigins, clients } from "./clients.ts";
export { linkedAccounts } from "./linked-accounts.ts";
export { passkeys } from "./passkeys.ts";
export { providers } from "./providers.ts";
export { domains, realms } from "./realms.ts";
export { revokedAccessTokens } from "./revoked-access-tokens.ts";
export { signingKeys } from "./signing-keys.ts";
export { users } from "./users.ts";
