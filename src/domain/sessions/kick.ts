import { Problem } from "../../errors/errors.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "./session-token.ts";

/** Ends one session of the user's own, or all but this one. Answers how many are left. Throws Problem. */
export async function kickOwn(
  context: RealmContext,
  { userId, sid }: ClaimedSession,
  target: string | null,
): Promise<number> {
  const { objects, realm } = context;
  const left = await objects.call(userId, (user) => user.kick(sid, target, realm.listensToSessions));
  if (!left.ok) throw new Problem(left.reason);
  // Now it is the name of a session, whatever was typed.
  const which = target === null ? {} : { target: { kind: "session", id: target } };
  recordEvent(context, { type: "session.kicked", user: userId, ...which });
  return left.activeSessions;
}
