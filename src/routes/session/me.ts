/** GET /api/auth/v1/users/me */
import type { AppContext } from "../../http/env.ts";
import { requireSession } from "../../http/session.ts";
import { userAnswer } from "./user-json.ts";

export async function me(c: AppContext): Promise<Response> {
  const { profile, activeSessions } = await requireSession(c);
  c.header("cache-control", "private,no-cache,no-store");
  return c.json(userAnswer(c, profile, activeSessions));
}
