import { type EventType, newEvent, userNames } from "../../storage/events.ts";
import type { RealmContext } from "../realm-context.ts";

/**
 * Says what has just happened to a user, after it was written. Costs nothing where nobody listens, and nobody waits for it. Events of
 * sessions are not said here: the user's object writes them down itself.
 */
export function emit(
  { realm, events, clock }: RealmContext,
  type: Exclude<EventType, `session.${string}`>,
  user: { readonly id: number; readonly externalId: string | null },
  about: Readonly<Record<string, unknown>> = {},
): void {
  if (!realm.listensTo.has(type)) return;
  events.send(user.id, newEvent(type, { ...userNames(user), ...about }, clock.now()));
}
