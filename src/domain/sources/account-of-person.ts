import { randomInteger53 } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { NewLink } from "../../storage/d1/linked-account-store.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { RealmContext } from "../realm-context.ts";
import { changeUser } from "../users/change-user.ts";
import { draftUser } from "../users/new-user.ts";
import { ownPassword } from "../users/password-change.ts";
import { emit } from "../webhooks/emit.ts";
import type { Person } from "./check-token.ts";

/**
 * The user who somebody of a main product is here, made when there is none. Null when the address is an existing user's: that it is the
 * same person has to be shown first, since an address is no name and the product may never have asked for proof of it. Throws Problem.
 */
export async function userOfPerson(context: RealmContext, person: Person): Promise<UserRow | null> {
  const known = await findUserOfPerson(context, person);
  if (known !== null) return known;
  const isTaken = person.email !== null && (await context.users.findByEmail(person.email)) !== null;
  // By the same person, it may be, who has arrived twice at once.
  return isTaken ? findUserOfPerson(context, person) : makeUserOfPerson(context, person);
}

/** Null when the person has never been here. Throws Problem when the user, or the link, is switched off. */
export async function findUserOfPerson(context: RealmContext, { source, sourceId }: Person): Promise<UserRow | null> {
  if (source.userIdMode === "unified") return enabled(await context.users.findByExternalId(sourceId));
  const linked = await context.linkedAccounts.find(source.name, sourceId);
  if (linked !== null && linked.link.status !== "active") throw new Problem("linked-account-disabled");
  return enabled(linked?.user ?? null);
}

function enabled(user: UserRow | null): UserRow | null {
  if (user !== null && user.disabledAt !== null) throw new Problem("account-disabled");
  return user;
}

/** Makes an account for somebody who has none. However many try at once, one is made. Null when the address is somebody's by now. */
export async function makeUserOfPerson(context: RealmContext, person: Person): Promise<UserRow | null> {
  if (!context.realm.settings.sign_up) throw new Problem("sign-up-closed");
  for (;;) {
    const row = { ...draftOf(context, person), id: randomInteger53() };
    if (await isWritten(context, person, row)) {
      emit(context, "user.created", row);
      tellLinked(context, person, row);
      return { ...row, realmId: context.realm.id };
    }
    const known = await findUserOfPerson(context, person);
    if (known !== null) return known;
    if (person.email !== null && (await context.users.findByEmail(person.email)) !== null) return null;
    // The id was given out already: one in some quadrillions.
  }
}

function draftOf(context: RealmContext, { source, sourceId, email, emailVerified, name }: Person) {
  const externalId = source.userIdMode === "unified" ? sourceId : null;
  return draftUser(
    context,
    { email, username: null, phoneNumber: null, emailVerified, name, externalId },
    ownPassword(null),
  );
}

async function isWritten(context: RealmContext, person: Person, row: Omit<UserRow, "realmId">): Promise<boolean> {
  if (person.source.userIdMode === "unified") return (await context.users.insert(row)) === null;
  return (await context.linkedAccounts.addWithUser(linkOf(context, person, row.id), row)) === "made";
}

/**
 * Makes the person's account there lead to this user, whose row is as it was when they showed who they are: what was good then is no more
 * once all sessions were ended (RC-13). "there" when it does already. Throws Problem when it leads to another.
 */
export async function connectPerson(context: RealmContext, person: Person, user: UserRow): Promise<"made" | "there"> {
  const outcome = await connect(context, person, user);
  if (outcome === "made") tellLinked(context, person, user);
  return outcome;
}

/** In unified mode, too, where the link is the user's own id. */
const tellLinked = (
  context: RealmContext,
  { source, sourceId }: Person,
  user: Pick<UserRow, "id" | "externalId">,
): void =>
  emit(
    context,
    "account.linked",
    { id: user.id, externalId: source.userIdMode === "unified" ? sourceId : user.externalId },
    { source: source.name, source_id: sourceId },
  );

async function connect(context: RealmContext, person: Person, user: UserRow): Promise<"made" | "there"> {
  if (person.source.userIdMode === "unified") return unify(context, person, user);
  if (await context.linkedAccounts.add(linkOf(context, person, user.id), null, user.notBefore)) return "made";
  const linked = await context.linkedAccounts.find(person.source.name, person.sourceId);
  if (linked === null) {
    requireUnchanged(await context.users.findById(user.id), user);
    throw new Problem("account-disabled");
  }
  if (linked.user.id !== user.id) throw new Problem("source-account-linked-elsewhere");
  return "there";
}

/** Throws Problem when the user is not let in any more, or what they have shown is worth nothing any more. */
function requireUnchanged(current: UserRow | null, { notBefore }: UserRow): UserRow {
  if (current === null || current.disabledAt !== null) throw new Problem("account-disabled");
  if (current.notBefore > notBefore) throw new Problem("session-ended");
  return current;
}

const mostTries = 4;

async function unify(context: RealmContext, { sourceId }: Person, user: UserRow): Promise<"made" | "there"> {
  let current = requireUnchanged(user, user);
  for (let tried = 1; ; tried++) {
    if (current.externalId === sourceId) return "there";
    if (current.externalId !== null) throw new Problem("user-linked-otherwise");
    try {
      await changeUser(context, current, { externalId: sourceId }, "none");
      return "made";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.reason === "user-already-exists") throw new Problem("source-account-linked-elsewhere");
      if (error.reason !== "version-outdated" || tried === mostTries) throw error;
      current = requireUnchanged(await context.users.findById(user.id), user);
    }
  }
}

const linkOf = (context: RealmContext, { source, sourceId }: Person, userId: number): NewLink => ({
  source: source.name,
  sourceId,
  userId,
  metadata: {},
  linkedAt: context.clock.now(),
});
