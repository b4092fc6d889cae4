/** GET /jwks.json: RFC 7517 §5. */
import type { Realm } from "../../domain/realms/realm.ts";
import type { AppContext } from "../../http/env.ts";
import { metadataHeaders } from "./discovery.ts";

export function jwks(c: AppContext): Response {
  const { realm, clock } = c.get("realm");
  return c.body(jwksDocument(realm, clock.now()), 200, metadataHeaders);
}

/** `now`: milliseconds since the epoch. */
export const jwksDocument = (realm: Realm, now: number): string => JSON.stringify({ keys: realm.keys.published(now) });
