import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "./session-token.ts";

/** Ends one session, on every domain of the realm. Ending it twice is fine. */
export async function endSession(context: RealmContext, session: ClaimedSession): Promise<void> {
  await context.objects.call(session.userId, (user) =>
    user.endSession(session.sid, "signed-out", context.realm.listensToSessions),
  );
}

/** The same for a session as an ID token names it: perhaps by a name that it had once. */
export async function endSessionKnownAs(context: RealmContext, session: ClaimedSession): Promise<void> {
  await context.objects.call(session.userId, (user) =>
    user.endSessionKnownAs(session.sid, context.realm.listensToSessions),
  );
}
