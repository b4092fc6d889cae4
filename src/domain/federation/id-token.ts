/** ID tokens of upstream providers: OpenID Connect Core §3.1.3.7. */
import { limits } from "../../config/limits.ts";
import { ForeignJwtError, type ForeignKeys, parseForeignKeys, verifyForeignIdToken } from "../../crypto/foreign-jwt.ts";
import { Problem } from "../../errors/errors.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { parseJson } from "../../lib/json.ts";
import type { Upstream } from "./upstream.ts";

export type UpstreamClaims = Readonly<Record<string, unknown>>;

interface Expected {
  /** Client ids of this realm at the provider; the token is made out to one of them, and to nobody else. */
  readonly clientIds: readonly string[];
  /** Null when none was sent. */
  readonly nonce: string | null;
}

interface ReadKeys {
  readonly keys: ForeignKeys;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
}

const published = new BoundedCache<ReadKeys>(limits.cachedUpstreams, limits.upstreamMetadataAgeMs);

/** The claims of a token that the provider has signed for this realm just now. Throws ForeignJwtError, OutboundError, Problem. */
export async function checkIdToken(
  upstream: Upstream,
  token: string,
  { clientIds, nonce }: Expected,
): Promise<UpstreamClaims> {
  const claims = await verified(upstream, token, clientIds);
  const { azp, aud } = claims;
  const isPartyMissing = azp === undefined && Array.isArray(aud) && aud.length > 1;
  const isForeign = azp !== undefined && !(typeof azp === "string" && clientIds.includes(azp));
  if (isPartyMissing || isForeign) throw new ForeignJwtError("claims");
  if (nonce !== null && claims.nonce !== nonce) throw new ForeignJwtError("claims");
  return claims;
}

async function verified(upstream: Upstream, token: string, clientIds: readonly string[]): Promise<UpstreamClaims> {
  const { context, server } = upstream;
  const expected = {
    issuer: server.issuer,
    audiences: clientIds,
    now: context.clock.now(),
    toleranceSeconds: limits.clockSkewSeconds,
  };
  const { keys, readAt } = await keysOf(upstream);
  try {
    return await verifyForeignIdToken(token, keys, expected);
  } catch (error) {
    const isRotated = error instanceof ForeignJwtError && error.kind === "unknown-key";
    // Anybody can name a key that does not exist: the provider is not asked again for each.
    if (!isRotated || expected.now - readAt < limits.upstreamKeysPatienceMs) throw error;
    return await verifyForeignIdToken(token, (await readKeys(upstream)).keys, expected);
  }
}

async function keysOf(upstream: Upstream): Promise<ReadKeys> {
  return published.get(upstream.server.jwks_uri ?? "", upstream.context.clock.now()) ?? readKeys(upstream);
}

async function readKeys({ context, server, fetch }: Upstream): Promise<ReadKeys> {
  const address = server.jwks_uri;
  if (address === undefined) throw new Problem("provider-answer-invalid");
  const response = await fetch(address, { headers: { accept: "application/json, application/jwk-set+json" } });
  const keys = response.status === 200 ? parseForeignKeys(parseJson(await response.text())) : null;
  if (keys === null) throw new Problem("provider-unavailable");
  const now = context.clock.now();
  return published.set(address, { keys, readAt: now }, now);
}
