import { deviceCodeGrant, type GrantType, tokenExchangeGrant as tokenExchange } from "../clients/metadata.ts";
import { authorizationCodeGrant } from "./authorization-code.ts";
import { clientCredentialsGrant } from "./client-credentials.ts";
import { deviceGrant } from "./device-code.ts";
import type { Grant } from "./grant.ts";
import { refreshTokenGrant } from "./refresh-token.ts";
import { tokenExchangeGrant } from "./token-exchange.ts";

/** Every grant there is. To offer another: its file, its line here, its name in domain/clients/metadata.ts. */
export const grants = {
  authorization_code: authorizationCodeGrant,
  refresh_token: refreshTokenGrant,
  client_credentials: clientCredentialsGrant,
  [deviceCodeGrant]: deviceGrant,
  [tokenExchange]: tokenExchangeGrant,
} satisfies Record<GrantType, Grant>;
