/** GET /api/auth/v1/logout: the session ends on every domain of the realm. */
import { endSession } from "../../domain/sessions/end-session.ts";
import type { AppContext } from "../../http/env.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { clearSession, requireSession } from "../../http/session.ts";

export async function signOut(c: AppContext): Promise<Response> {
  refuseForeignOrigin(c);
  const { claimed } = await requireSession(c);
  await endSession(c.get("realm"), claimed);
  clearSession(c);
  return c.body(null, 204);
}
