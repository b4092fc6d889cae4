import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import type { Proof } from "../dpop/proof.ts";
import type { RealmContext } from "../realm-context.ts";

/** What came to the token endpoint, from a client that has authenticated. */
export interface TokenRequest {
  readonly client: Client;
  readonly parameters: Parameters;
  /** Thumbprint (RFC 7638) of the key whose possession the request proves; null when it proves none (RFC 9449 §5). */
  readonly jkt: string | null;
  /**
   * The proof of that, still to be used up: by the object that decides about the grant, in its own call; or by `spendProof` where no
   * object is asked. No grant goes without (RFC 9449 §11.1).
   */
  readonly proof: Proof | null;
}

/** RFC 6749 §5.1, OIDC Core §3.1.3.3, RFC 9449 §5, RFC 8693 §2.2.1. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer" | "DPoP";
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly issued_token_type?: string;
}

export const tokenTypeOf = (jkt: string | null): TokenResponse["token_type"] => (jkt === null ? "Bearer" : "DPoP");

/** One grant type: what is its own, after the token endpoint has authenticated the client and checked that it may use it. */
export type Grant = (context: RealmContext, request: TokenRequest) => Promise<TokenResponse>;
