/** GET /api/auth/v1/sessions and /api/auth/v1/sessions/validate */
import type { AppContext } from "../../http/env.ts";
import { explainEnd, requireClaimedSession } from "../../http/session.ts";
import { sessionJson, userAnswer } from "./user-json.ts";

export async function listSessions(c: AppContext): Promise<Response> {
  const { sessions, session } = await sessionAmongOthers(c);
  return c.json({
    "active-sessions-count": sessions.length,
    sessions: sessions.map((other) => sessionJson(other, session.sid)),
  });
}

export async function validateSession(c: AppContext): Promise<Response> {
  const { sessions, session, profile } = await sessionAmongOthers(c);
  return c.json({
    ...userAnswer(c, profile, sessions.length),
    sessions: sessions.map((other) => sessionJson(other, session.sid)),
  });
}

async function sessionAmongOthers(c: AppContext) {
  const claimed = await requireClaimedSession(c);
  const live = await c.get("realm").objects.call(claimed.userId, (user) => user.sessionAmongOthers(claimed.sid));
  if (live === null) throw await explainEnd(c, claimed);
  return live;
}
