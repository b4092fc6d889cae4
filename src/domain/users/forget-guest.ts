import { limits } from "../../config/limits.ts";
import type { GuestLife } from "../../storage/user-object/guests.ts";
import type { RealmContext } from "../realm-context.ts";
import { emit } from "../webhooks/emit.ts";

const dayMs = 86_400_000;

/** Null when the guest is to be forgotten now, else when to look again. Milliseconds since the epoch. */
export function guestStaysUntil(
  { realm: { settings } }: Pick<RealmContext, "realm">,
  createdAt: number,
  { live, lastSeenAt }: GuestLife,
  now: number,
): number | null {
  if (live && settings.guest_unused_days === 0) return now + limits.guestCheckMs;
  const patienceMs = live ? settings.guest_unused_days * dayMs : limits.guestCheckMs;
  const until = (lastSeenAt ?? createdAt) + patienceMs;
  // A setting that changes meanwhile is heeded within the month.
  return until <= now ? null : Math.min(until, now + limits.guestCheckMs);
}

/** False when it is a guest no more: it stays. What its object could not be told goes the way of any deletion. */
export async function forgetGuest(context: RealmContext, id: number): Promise<boolean> {
  if (!(await context.users.delete(id, "guests"))) return false;
  emit(context, "user.deleted", { id, externalId: null });
  try {
    await context.objects.call(id, (object) => object.erase(context.realm.listensToSessions));
  } catch {
    await context.syncUserLater(id);
  }
  return true;
}
