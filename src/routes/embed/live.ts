/** GET /embed/live: a WebSocket that tells our frame when the session is over (RFC 6455). */
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { embeddedSessions } from "../../http/session.ts";

export async function live(c: AppContext): Promise<Response> {
  refuseForeignOrigin(c);
  const claimed = await embeddedSessions(c);
  if (claimed.length === 0) throw new Problem("session-missing");
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") throw new Problem("upgrade-required");
  for (const { userId, sid } of claimed) {
    const response = await c.get("realm").objects.connectTab(userId, sid);
    if (response.status === 101) return response;
  }
  throw new Problem("session-ended");
}
