import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";

/** RFC 6749 §5.1, OIDC Core §3.1.3.3. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

/** One grant type: what is its own, after the token endpoint has authenticated the client and checked that it may use it. */
export type Grant = (context: RealmContext, client: Client, parameters: Parameters) => Promise<TokenResponse>;
