export { clientOrigins, clients } from "./clients.ts";
export { domains, realms } from "./realms.ts";
export { revokedAccessTokens } from "./revoked-access-tokens.ts";
export { signingKeys } from "./signing-keys.ts";
export { users } from "./users.ts";
