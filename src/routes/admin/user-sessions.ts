/** /admin/v1/realms/:realm/users/:user/sessions and /kick: see and end a user's sessions. */
import * as z from "zod";
import { type Operator, requireRankOver } from "../../domain/admin/operator.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readOptionalJson } from "../../http/read-body.ts";
import { validate } from "../../http/validate.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { userSessionJson, userSessionSchema } from "./user-json.ts";
import { userOfPath } from "./user-of-path.ts";

export const kickBodySchema = z.strictObject({
  session_id: z.string().min(1).max(64).nullish().describe("The one to end; without it all of them."),
});

export const kickAnswerSchema = z.object({ ended: z.int().describe("Sessions that have ended by this.") });
export const userSessionsAnswerSchema = z.object({ sessions: z.array(userSessionSchema) });

export async function getUserSessions(c: AppContext): Promise<Response> {
  const { id } = await userOfPath(c);
  const sessions = await c.get("realm").objects.call(id, (object) => object.sessions());
  return c.json({ sessions: sessions.map(userSessionJson) });
}

/** One session, or all of them and every token with them, those for offline use too. */
export async function postKick(c: AppContext, operator: Operator): Promise<Response> {
  const user = await userOfPath(c);
  requireRankOver(operator, user);
  const { session_id: sid } = validate(kickBodySchema, await readOptionalJson(c));
  if (sid !== undefined && sid !== null) {
    await endOne(c, user, sid);
    return c.json({ ended: 1 });
  }
  const { objects, realm } = c.get("realm");
  return c.json({ ended: await objects.call(user.id, (object) => object.endEverything(realm.listensToSessions)) });
}

export async function removeUserSession(c: AppContext, operator: Operator): Promise<Response> {
  const user = await userOfPath(c);
  requireRankOver(operator, user);
  await endOne(c, user, c.req.param("session") ?? "");
  return c.body(null, 204);
}

async function endOne(c: AppContext, user: UserRow, sid: string): Promise<void> {
  const { objects, realm } = c.get("realm");
  const ended = await objects.call(user.id, (object) => object.endSession(sid, "signed-out", realm.listensToSessions));
  if (!ended) throw new Problem("session-unknown");
}
