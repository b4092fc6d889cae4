import { Problem } from "../../errors/errors.ts";
import type { Profile } from "../../storage/profile.ts";
import { type Post, tellOwner } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import { emit } from "../webhooks/emit.ts";

/** Takes a provider's accounts from a user who has another way in, and tells them. Throws Problem: linked-account-unknown, -last. */
export async function disconnectProvider(
  context: RealmContext,
  profile: Profile,
  source: string,
  post: Post,
): Promise<void> {
  const links = await context.linkedAccounts.listOf(profile.id);
  const outcome = await context.linkedAccounts.deleteUnlessLast(profile.id, source);
  if (outcome === "none") throw new Problem("linked-account-unknown");
  if (outcome === "last") throw new Problem("linked-account-last");
  for (const { sourceId } of links.filter((link) => link.source === source))
    emit(context, "account.unlinked", profile, { source, source_id: sourceId });
  await tellOwner(profile, post, "account-unlinked");
}
