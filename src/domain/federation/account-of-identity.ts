import { randomInteger53 } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { NewLink } from "../../storage/d1/linked-account-store.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { hashOfAddress } from "../mail/address.ts";
import { type Post, tellOwner } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import { draftUser } from "../users/new-user.ts";
import { ownPassword } from "../users/password-change.ts";
import { emit } from "../webhooks/emit.ts";
import type { Identity } from "./identity.ts";
import type { Provider } from "./provider.ts";

/**
 * The user who somebody at a provider is here. An e-mail address alone leads to nobody: it says who may be written to, not who somebody
 * is. Throws Problem: link-required when the address is an existing user's and the two were not connected.
 */
export async function userOfIdentity(context: RealmContext, provider: Provider, identity: Identity): Promise<UserRow> {
  const linked = await findLinked(context, provider, identity);
  if (linked !== null) return linked;
  const namesake = identity.email === null ? null : await context.users.findByEmail(identity.email);
  if (namesake !== null) return connectTrusted(context, provider, identity, namesake);
  if (!context.realm.settings.sign_up) throw new Problem("sign-up-closed");
  return makeUser(context, provider, identity);
}

/**
 * Connects the account at the provider with a user, as their live session has shown them, and tells them. Doing it again is fine. Throws
 * Problem.
 */
export async function connectIdentity(
  context: RealmContext,
  provider: Provider,
  identity: Identity,
  { id: userId, notBefore }: Pick<UserRow, "id" | "notBefore">,
  post: Post,
): Promise<void> {
  const isNew = await context.linkedAccounts.add(linkOf(context, provider, identity, userId), null, notBefore);
  const linked = await context.linkedAccounts.find(provider.name, identity.subject);
  if (linked === null) throw new Problem("session-ended");
  if (linked.user.id !== userId) throw new Problem("account-linked-elsewhere");
  if (!isNew) return;
  tellLinked(context, provider, identity, linked.user);
  await tellOwner(linked.user, post, "account-linked");
}

async function findLinked(context: RealmContext, provider: Provider, identity: Identity): Promise<UserRow | null> {
  const linked = await context.linkedAccounts.find(provider.name, identity.subject);
  if (linked !== null && linked.link.status !== "active") throw new Problem("linked-account-disabled");
  return linked?.user ?? null;
}

/** Without asking only where both sides have proven the same address, and the realm believes the provider's word about it. */
async function connectTrusted(
  context: RealmContext,
  provider: Provider,
  identity: Identity,
  namesake: UserRow,
): Promise<UserRow> {
  const isProven = identity.emailVerified && namesake.emailVerified && namesake.email === identity.email;
  if (!isProven || !provider.settings.trusts_email) throw new Problem("link-required");
  if (await mayBeSomebodyElses(context, namesake)) throw new Problem("link-required");
  const isNew = await context.linkedAccounts.add(linkOf(context, provider, identity, namesake.id), namesake.email);
  const linked = await findLinked(context, provider, identity);
  if (linked === null) throw new Problem("link-required");
  if (isNew) tellLinked(context, provider, identity, linked);
  return linked;
}

/**
 * An address that a provider vouches for whose word is not trusted may be another person's. Should that person prove it one day, this way
 * in is older than the proof and goes. Noted before the account is there, so that none is ever without the note.
 */
async function noteHearsay(context: RealmContext, userId: number, email: string): Promise<void> {
  const addressHash = await hashOfAddress({ kind: "email", value: email });
  await context.objects.call(userId, (user) => user.noteBlindProof(addressHash));
}

/** Its address was proven by somebody who did not show to be the one who made the account: its maker may still have the password. */
async function mayBeSomebodyElses(context: RealmContext, { id, email }: UserRow): Promise<boolean> {
  const addressHash = await hashOfAddress({ kind: "email", value: email ?? "" });
  return (await context.objects.call(id, (user) => user.unprovenUntil(addressHash))) !== null;
}

async function makeUser(context: RealmContext, provider: Provider, identity: Identity): Promise<UserRow> {
  const id = randomInteger53();
  const { email, emailVerified, name, firstName, lastName, pictureUrl } = identity;
  const about = { email, username: null, phoneNumber: null, emailVerified, name, firstName, lastName };
  const row = { ...draftUser(context, about, ownPassword(null)), id, avatarUrl: pictureUrl };
  const link = linkOf(context, provider, identity, id);
  const isHearsay = email !== null && emailVerified && !provider.settings.trusts_email;
  if (isHearsay) await noteHearsay(context, id, email);
  const outcome = await context.linkedAccounts.addWithUser(link, row);
  if (outcome === "made") {
    emit(context, "user.created", row);
    tellLinked(context, provider, identity, row);
    return { ...row, realmId: context.realm.id };
  }
  if (isHearsay) await context.objects.call(id, (user) => user.erase());
  // Somebody was faster: the same person in another tab, or somebody with the same address.
  const linked = outcome === "linked" ? await findLinked(context, provider, identity) : null;
  if (linked === null) throw new Problem("link-required");
  return linked;
}

const tellLinked = (
  context: RealmContext,
  { name: source }: Provider,
  { subject }: Identity,
  user: Pick<UserRow, "id" | "externalId">,
): void => emit(context, "account.linked", user, { source, source_id: subject });

const linkOf = (context: RealmContext, provider: Provider, identity: Identity, userId: number): NewLink => ({
  source: provider.name,
  sourceId: identity.subject,
  userId,
  metadata: identity.email === null ? {} : { email: identity.email },
  linkedAt: context.clock.now(),
});
