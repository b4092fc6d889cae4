/** Accounts of main products that lead to users here (contract §5). */
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { type Post, tellOwner } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import { emit } from "../webhooks/emit.ts";
import { connectPerson, findUserOfPerson } from "./account-of-person.ts";
import { checkToken, type HandOver, isFirstUse, sourceOfToken } from "./check-token.ts";
import { getSource, type Source, sourceOf } from "./source.ts";

/** Who asks: the user, signed in; or the server of one source. */
export type Asking =
  | { readonly by: "session"; readonly userId: number }
  | { readonly by: "api-key"; readonly source: string };

export interface LinkedAccount {
  readonly source: string;
  readonly sourceId: string;
  /** Milliseconds since the epoch. */
  readonly linkedAt: number;
  readonly status: "active" | "disabled";
}

export interface WantedLink {
  readonly source: string;
  readonly sourceId: string;
  /** A token of the source for that very account. */
  readonly verificationToken: string;
  /** The host that was asked. */
  readonly host: string;
}

/** Links an account of a source to a user. Doing it again is fine: "there". Throws Problem. */
export async function linkAccount(
  context: RealmContext,
  user: UserRow,
  wanted: WantedLink,
  asking: Asking,
  post: Post,
): Promise<"made" | "there"> {
  if (user.disabledAt !== null) throw new Problem("account-disabled");
  // Whoever linked an account of theirs to an administrator's would be the administrator from then on.
  if (asking.by === "api-key" && user.roles.some((role) => role === "admin" || role === "sysadmin"))
    throw new Problem("account-not-linkable");
  const source = await getSource(context, wanted.source);
  const person = await checkVerificationToken(context, source, wanted);
  const owner = await findUserOfPerson(context, person);
  if (owner !== null) return ownedBy(owner, user);
  if (!(await isFirstUse(context, person))) return usedBefore(context, person, user);
  const outcome = await connectPerson(context, person, user);
  if (outcome === "there") return outcome;
  await tellOwner(user, post, "account-linked");
  return outcome;
}

function ownedBy(owner: UserRow, user: UserRow): "there" {
  if (owner.id !== user.id) throw new Problem("source-account-linked-elsewhere");
  return "there";
}

/** The same call made twice at once: one of them has used the token up, and both are right. */
async function usedBefore(context: RealmContext, person: HandOver, user: UserRow): Promise<"there"> {
  const owner = await findUserOfPerson(context, person);
  if (owner === null) throw new Problem("verification-token-used");
  return ownedBy(owner, user);
}

async function checkVerificationToken(
  context: RealmContext,
  source: Source,
  { sourceId, verificationToken, host }: WantedLink,
): Promise<HandOver> {
  try {
    const { source: named, jwt } = await sourceOfToken(context, verificationToken);
    const person = await checkToken(context, source, jwt, host);
    if (named.name === source.name && person.sourceId === sourceId) return person;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  throw new Problem("verification-token-mismatch");
}

/**
 * The accounts linked to a user, the oldest first; of the source alone that asks. What a source with unified ids calls the user is among
 * them: it needs no link.
 */
export async function listAccounts(context: RealmContext, user: UserRow, asking: Asking): Promise<LinkedAccount[]> {
  const [links, rows] = await Promise.all([
    context.linkedAccounts.listOf(user.id),
    user.externalId === null ? [] : context.sources.list(),
  ]);
  const { externalId, createdAt: linkedAt } = user;
  const unified = rows
    .map(sourceOf)
    .filter(({ userIdMode }) => userIdMode === "unified")
    .map(
      ({ name, disabled }): LinkedAccount => ({
        source: name,
        sourceId: externalId ?? "",
        linkedAt,
        status: disabled ? "disabled" : "active",
      }),
    );
  return [...unified, ...links]
    .filter(({ source }) => asking.by === "session" || source === asking.source)
    .toSorted((one, other) => one.linkedAt - other.linkedAt);
}

/** Takes a link away, unless it is the only way into the account. Throws Problem. */
export async function unlinkAccount(
  context: RealmContext,
  name: string,
  sourceId: string,
  asking: Asking,
  post: Post,
): Promise<void> {
  const linked = await context.linkedAccounts.find(name, sourceId);
  const mayKnow = linked !== null && (asking.by === "api-key" || linked.user.id === asking.userId);
  if (linked === null || !mayKnow) {
    await refuseUnified(context, name, sourceId, asking);
    throw new Problem("linked-account-unknown");
  }
  const bySource = asking.by === "api-key";
  const outcome = await context.linkedAccounts.deleteUnlessLast(linked.user.id, name, sourceId, bySource);
  if (outcome === "none") throw new Problem("linked-account-unknown");
  if (outcome === "last") throw new Problem("linked-account-last");
  emit(context, "account.unlinked", linked.user, { source: name, source_id: sourceId });
  await tellOwner(linked.user, post, "account-unlinked");
}

async function refuseUnified(context: RealmContext, name: string, sourceId: string, asking: Asking): Promise<void> {
  const source = await context.sources.find(name);
  if (source?.userIdMode !== "unified") return;
  const user = await context.users.findByExternalId(sourceId);
  if (user !== null && (asking.by === "api-key" || user.id === asking.userId))
    throw new Problem("unified-account-fixed");
}
