/** A guest says who it is: the same user from then on, its tokens too (contract §4). */
import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { profileOf } from "../../storage/profile.ts";
import type { LiveGrant } from "../../storage/user-object/grants-object.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import type { RealmContext } from "../realm-context.ts";
import { tellObject } from "../users/change-user.ts";
import { draftNamedUser, type NewUser } from "../users/new-user.ts";
import type { SignedIn } from "./open-session.ts";
import { issueSessionToken, requireSigner } from "./session-token.ts";

/** Gives the guest's row what the new account begins with. Throws Problem as `createUser` does. */
export async function nameGuest(context: RealmContext, guestId: number, input: NewUser): Promise<UserRow> {
  const guest = await context.users.findById(guestId);
  if (guest === null || !guest.guest || guest.disabledAt !== null) throw new Problem("guest-signed-up");
  const { createdAt: _, notBefore: __, version: ___, updatedAt: ____, ...named } = await draftNamedUser(context, input);
  const updated = await context.users.update(guest.id, guest.version, named, context.clock.now());
  if (updated === "outdated") throw new Problem("guest-signed-up");
  if ("conflict" in updated) throw new Problem("user-already-exists", { fields: { [updated.conflict]: "invalid" } });
  return updated.row;
}

/**
 * Carries the guest's session and tokens over to the user. Where everybody needs a second factor they end instead: then the user signs
 * in like others. Null when there is no session to carry over. Should the object not answer, it ends them when it is told the news.
 */
export async function carryOver(
  context: RealmContext,
  user: UserRow,
  { grant }: LiveGrant,
  amr: readonly string[],
): Promise<SignedIn | null> {
  await requireSigner(context);
  const { settings } = context.realm;
  try {
    if (settings.tfa === "required") {
      await tellObject(context, user, "all");
      return null;
    }
    const session = { sid: grant.sid, newSid: randomHandle(16), amr };
    const terms = {
      sessionIdleMs: settings.session_idle_seconds * 1000,
      sessionAbsoluteMs: settings.session_absolute_seconds * 1000,
      grantIdleMs: settings.refresh_token_ttl_seconds * 1000,
      grantAbsoluteMs: settings.refresh_token_absolute_seconds * 1000,
    };
    const live = await context.objects.call(user.id, (object) => object.endGuesthood(profileOf(user), session, terms));
    return live === null ? null : { ...live, token: await tokenOf(context, live) };
  } catch (error) {
    await context.syncUserLater(user.id);
    throw error;
  }
}

const tokenOf = (context: RealmContext, { session, profile }: LiveSession): Promise<string> =>
  issueSessionToken(context, { userId: profile.id, sid: session.sid, expiresAt: session.expiresAt });
