/** GET /jwks.json: RFC 7517 §5. */
import { limits } from "../../config/limits.ts";
import type { AppContext } from "../../http/env.ts";

export function jwks(c: AppContext): Response {
  const { realm, clock } = c.get("realm");
  return c.body(JSON.stringify({ keys: realm.keys.published(clock.now()) }), 200, {
    "content-type": "application/json",
    "cache-control": `public, max-age=${limits.metadataMaxAgeSeconds}`,
  });
}
