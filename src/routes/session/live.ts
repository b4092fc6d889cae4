/** GET /api/auth/v1/sessions/live: a WebSocket that says when the session is over (RFC 6455). */
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { explainEnd, requireClaimedSession } from "../../http/session.ts";

export async function live(c: AppContext): Promise<Response> {
  // A WebSocket knows no CORS: the page's origin has to be looked at here.
  refuseForeignOrigin(c);
  const claimed = await requireClaimedSession(c);
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") throw new Problem("upgrade-required");
  const response = await c.get("realm").objects.connectTab(claimed.userId, claimed.sid);
  if (response.status !== 101) throw await explainEnd(c, claimed);
  return response;
}
