import { limits } from "../../config/limits.ts";
import { type Notice, reachOf } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";

/** Something of a user's was in two hands. Made of the event in the audit log; comes at least once. */
export interface TheftNotice {
  readonly type: "theft-notice";
  readonly realmId: string;
  readonly userId: number;
  readonly clientId: string | null;
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * What the owner is told (OWASP ASVS 6.3.5); null for nothing: the realm does not want it, nobody can be reached, or this day has had its
 * message. The same event leads to the same answer.
 */
export async function noticeOfTheft(
  context: RealmContext,
  { userId, clientId, eventId, at }: TheftNotice,
): Promise<Notice | null> {
  if (!context.realm.settings.notify_theft) return null;
  const user = await context.users.findById(userId);
  const to = user === null || user.disabledAt !== null ? null : reachOf(user);
  if (to === null) return null;
  const period = Math.floor(at / limits.theftNoticePeriodMs);
  const isFirst = await context.objects.call(userId, (object) =>
    object.spend({
      id: `theft-notice|${period}`,
      attemptId: eventId,
      expiresAt: (period + 2) * limits.theftNoticePeriodMs,
    }),
  );
  if (!isFirst) return null;
  const client = clientId === null ? null : await context.clients.findStored(clientId);
  return { type: "theft", to, application: client?.name ?? null, at };
}
