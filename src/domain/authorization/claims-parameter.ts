/** What the `claims` parameter asks for besides scopes: OIDC Core §5.5, §5.5.1.1. */
import type { Reason } from "../../errors/reasons.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { Client } from "../clients/client.ts";
import { type ClaimWish, grantableClaims, parseClaimsRequest, scopesOfClaims } from "../tokens/claims-request.ts";
import { parseUserId } from "../users/user-id.ts";

export interface RequestedClaims {
  /** What goes into the grant, as JSON. */
  readonly granted: string | null;
  /** Scopes that are not asked for, but whose consent some of the claims need. */
  readonly scopes: readonly string[];
  readonly acr: ClaimWish | undefined;
  /** The only user whom the client wants to hear of. */
  readonly userId: number | null;
}

interface Asked {
  readonly client: Client;
  readonly parameters: Parameters;
  readonly refuse: (reason: Reason) => never;
}

const nothing: RequestedClaims = { granted: null, scopes: [], acr: undefined, userId: null };

/**
 * A claim that is asked for by name counts as if its scope had been asked for that claim alone: the client gets it if it may have the
 * scope, and the user is asked about that scope. Refused when malformed, whoever asks.
 */
export function checkClaims({ client, parameters, refuse }: Asked, scopes: readonly string[]): RequestedClaims {
  const text = parameters.get("claims");
  if (text === undefined) return nothing;
  const request = parseClaimsRequest(text) ?? refuse("claims-malformed");
  const subjects = [request.userinfo.get("sub"), request.idToken.get("sub")].flatMap((wish) => wish?.values ?? []);
  const [subject, ...others] = new Set(subjects);
  if (others.length > 0) refuse("claims-malformed");
  if (!scopes.includes("openid")) return nothing;
  const allowed = client.metadata.scopes;
  return {
    granted: grantableClaims(request, allowed),
    scopes: scopesOfClaims(request, allowed).filter((scope) => !scopes.includes(scope)),
    acr: request.idToken.get("acr"),
    userId: subject === undefined ? null : (parseUserId(String(subject)) ?? refuse("account-mismatch")),
  };
}
