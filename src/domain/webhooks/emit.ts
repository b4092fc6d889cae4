import { type AuditType, auditTypeNames } from "../../storage/audit-events.ts";
import { type EventType, newEvent, userNames } from "../../storage/events.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";

/**
 * Says what has just happened to a user, after it was written, to the audit log and to those who listen. Nobody waits for it. Events of
 * sessions are not said here: the user's object writes them down itself.
 */
export function emit(
  context: RealmContext,
  type: Exclude<EventType, `session.${string}`>,
  user: { readonly id: number; readonly externalId: string | null },
  about: Readonly<Record<string, unknown>> = {},
): void {
  record(context, type, user.id, about);
  const { realm, events, clock } = context;
  if (!realm.listensTo.has(type)) return;
  events.send(user.id, newEvent(type, { ...userNames(user), ...about }, clock.now()));
}

/** The events that the audit log has, too. The token vault's have names of its own there. */
type Logged = Extract<EventType, AuditType>;
const isLogged = (type: EventType): type is Logged => auditTypeNames.some((name) => name === type);

/** A new password has an event of its own. */
function record(
  context: RealmContext,
  type: Exclude<EventType, `session.${string}`>,
  user: number,
  { changed, source, provider, client_id: client }: Readonly<Record<string, unknown>>,
): void {
  if (!isLogged(type)) return;
  const fields = Array.isArray(changed) ? changed.map(String) : [];
  if (type === "user.updated" && fields.every((field) => field === "password")) return;
  recordEvent(context, {
    type,
    user,
    ...(typeof source === "string" ? { target: { kind: "source", id: source } } : {}),
    ...(typeof provider === "string" ? { target: { kind: "provider", id: provider } } : {}),
    ...(typeof client === "string" ? { client } : {}),
    ...(fields.length === 0 ? {} : { details: { changed: fields } }),
  });
}
