import { evictAllDurableObjects } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";

let underWay = 0;

/** To the Worker. With EVICT_OBJECTS objects start anew before each request that comes alone: they know what was stored, and nothing else (docs/single-use.md). */
export async function send(request: Request): Promise<Response> {
  if (env.EVICT_OBJECTS !== undefined && underWay === 0) await evictAllDurableObjects();
  underWay += 1;
  try {
    return await exports.default.fetch(request);
  } finally {
    underWay -= 1;
  }
}
