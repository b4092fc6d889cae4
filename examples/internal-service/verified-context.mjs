// @ts-check
// Whom a request is for, in a service behind a gateway: by the access token that the gateway sends along (RFC 9068 §4).
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";

/**
 * @typedef {{ id: string, clientId?: string, user?: { roles?: string[], name?: string | null, email?: string | null } }} UserContext
 * @typedef {{ claims: import("jose").JWTPayload, context: UserContext }} Verified
 */

/**
 * Answers a function that says whom a request is for; null for nobody, also when the realm's keys cannot be had.
 * @param {string} issuer the realm's issuer, `https://<auth domain>`
 * @param {{ audience?: string, fetch?: import("jose").FetchImplementation }} [options] the tokens are made out to `audience`
 * @returns {(authorization: string | undefined, userContext: string | undefined) => Promise<Verified | null>}
 */
export function verifiedContext(issuer, { audience = issuer, fetch: fetchKeys = fetch } = {}) {
  const keys = createRemoteJWKSet(new URL("/jwks.json", issuer), { [customFetch]: fetchKeys, timeoutDuration: 3_000 });
  const algorithms = ["ES256", "RS256", "EdDSA"];
  const expected = { issuer, audience, algorithms, typ: "at+jwt", requiredClaims: ["sub", "exp", "iat"] };
  return async (authorization, userContext) => {
    try {
      const { payload: claims } = await jwtVerify(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "", keys, expected);
      const context = JSON.parse(Buffer.from(userContext ?? "", "base64url").toString());
      // The context is no token: it counts for the user that the token names, and for nobody else.
      return context.id === claims.sub ? { claims, context } : null;
    } catch {
      return null;
    }
  };
}
