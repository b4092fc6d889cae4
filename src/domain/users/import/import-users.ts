import { currentCostKib, hashPassword } from "../../../crypto/password-hash.ts";
import type { FirebaseParameters } from "../../../crypto/password-schemes/firebase-scrypt.ts";
import { randomInteger53 } from "../../../crypto/random.ts";
import { Failure, Problem } from "../../../errors/errors.ts";
import { RealmMoving, StorageUnavailable } from "../../../errors/storage-unavailable.ts";
import type { LinkedAccountRow } from "../../../storage/d1/linked-account-store.ts";
import type { ImportedLink } from "../../../storage/d1/user-import-store.ts";
import type { UserRow } from "../../../storage/d1/user-store.ts";
import { profileOf } from "../../../storage/profile.ts";
import type { Operator } from "../../admin/operator.ts";
import type { RealmContext } from "../../realm-context.ts";
import { forgetHosts } from "../../realms/realm-directory.ts";
import { sealTotpSecret } from "../../second-factor/totp-secret.ts";
import { draftUser } from "../new-user.ts";
import { ownPassword } from "../password-change.ts";
import { type CheckedLine, checkLine, type ImportLine } from "./line.ts";
import { matchLine, namesOf, namesOfAll, Roll } from "./match.ts";
import { updateFromLine } from "./update-from-line.ts";

export interface ImportTerms {
  /** What becomes of a line whose user is there already. */
  readonly onConflict: "skip" | "update";
  readonly firebase: FirebaseParameters | null;
}

export type LineOutcome =
  | { readonly outcome: "created" | "updated" | "skipped"; readonly id: number }
  | { readonly outcome: "error"; readonly failure: Failure };

/** Updates go through each user's object; so many at once. */
const updatesAtOnce = 8;

/**
 * Brings users in, each line by itself: one that is refused holds no other up. The same lines sent again change nothing. New users
 * are written in one statement; their objects come to be when they sign in, and no webhook hears of each. `lines` holds for each
 * line what was sent, or why it cannot be read.
 */
export async function importUsers(
  operator: Operator,
  context: RealmContext,
  lines: readonly (ImportLine | Problem)[],
  terms: ImportTerms,
): Promise<LineOutcome[]> {
  const outcomes = new Map<number, LineOutcome>();
  const refuse = (index: number, failure: Failure) => outcomes.set(index, { outcome: "error", failure });
  const checked = new Map<number, CheckedLine>();
  const seen = new Roll<true>();
  for (const [index, line] of lines.entries()) {
    try {
      if (line instanceof Problem) throw line;
      const one = await checkLine(operator, context, line, terms.firebase);
      const repeated = seen.firstTaken(namesOf(one));
      if (repeated !== undefined) throw new Problem("import-line-repeated", { fields: { [repeated]: "taken" } });
      seen.add(namesOf(one), true);
      checked.set(index, one);
    } catch (error) {
      refuse(index, failureOf(error));
    }
  }
  await raiseFloor(context, [...checked.values()]);
  const raced = await settle(operator, context, checked, terms, outcomes);
  const lost = raced.size === 0 ? raced : await settle(operator, context, raced, terms, outcomes);
  for (const index of lost.keys()) refuse(index, new Problem("import-line-raced"));
  return lines.map(
    (_, index) => outcomes.get(index) ?? { outcome: "error", failure: new Problem("import-line-raced") },
  );
}

/** Answers the lines whose user somebody else has made meanwhile. */
async function settle(
  operator: Operator,
  context: RealmContext,
  lines: ReadonlyMap<number, CheckedLine>,
  terms: ImportTerms,
  outcomes: Map<number, LineOutcome>,
): Promise<Map<number, CheckedLine>> {
  const present = new Roll<UserRow>();
  for (const user of await context.userImports.findByAny(namesOfAll([...lines.values()]))) present.add(user, user);
  const links = await context.userImports.findLinks(
    [...lines.values()].flatMap(({ line }) => line.linkedAccounts ?? []),
  );
  const known: { index: number; checked: CheckedLine; user: UserRow }[] = [];
  const fresh: { index: number; checked: CheckedLine }[] = [];
  for (const [index, checked] of lines) {
    try {
      const user = matchLine(checked, present);
      requireUnlinked(checked, links, user);
      if (user === null) fresh.push({ index, checked });
      else if (terms.onConflict === "skip") outcomes.set(index, { outcome: "skipped", id: user.id });
      else known.push({ index, checked, user });
    } catch (error) {
      outcomes.set(index, { outcome: "error", failure: failureOf(error) });
    }
  }
  for (let start = 0; start < known.length; start += updatesAtOnce)
    await Promise.all(
      known.slice(start, start + updatesAtOnce).map(async ({ index, checked, user }) => {
        outcomes.set(index, await updated(operator, context, checked, user));
      }),
    );
  return create(context, fresh, outcomes);
}

async function updated(
  operator: Operator,
  context: RealmContext,
  checked: CheckedLine,
  user: UserRow,
): Promise<LineOutcome> {
  try {
    const changed = await updateFromLine(operator, context, checked, user);
    return { outcome: changed ? "updated" : "skipped", id: user.id };
  } catch (error) {
    return { outcome: "error", failure: failureOf(error) };
  }
}

async function create(
  context: RealmContext,
  fresh: readonly { index: number; checked: CheckedLine }[],
  outcomes: Map<number, LineOutcome>,
): Promise<Map<number, CheckedLine>> {
  const drafts: { index: number; checked: CheckedLine; row: Omit<UserRow, "realmId"> }[] = [];
  for (const { index, checked } of fresh) {
    const row = await draft(context, checked);
    try {
      // Before the user is there: nobody may find an account whose second factor is still on its way.
      await putTotp(context, row, checked);
      drafts.push({ index, checked, row });
    } catch (error) {
      outcomes.set(index, { outcome: "error", failure: failureOf(error) });
    }
  }
  if (drafts.length === 0) return new Map();
  const links = drafts.flatMap(({ row, checked }) => linksOf(row.id, checked));
  const rows = drafts.map(({ row }) => row);
  const written = await context.userImports.insert(rows, links, context.clock.now());
  const raced = new Map<number, CheckedLine>();
  for (const { index, checked, row } of drafts) {
    if (written.has(row.id)) outcomes.set(index, { outcome: "created", id: row.id });
    else {
      raced.set(index, checked);
      if (checked.line.totpSecret !== undefined) await context.objects.call(row.id, (object) => object.erase());
    }
  }
  return raced;
}

async function draft(context: RealmContext, checked: CheckedLine): Promise<Omit<UserRow, "realmId">> {
  const { line, identifiers, hash, plainPassword } = checked;
  const passwordHash = plainPassword === null ? (hash?.text ?? null) : await hashPassword(plainPassword);
  const row = draftUser(
    context,
    { ...line, ...identifiers, externalId: line.externalId || null },
    ownPassword(passwordHash),
  );
  return {
    ...row,
    id: randomInteger53(),
    importedHash: hash?.id ?? null,
    emailVerified: row.email !== null && row.emailVerified,
    phoneVerified: row.phoneNumber !== null && row.phoneVerified,
    createdAt: line.createdAt ?? row.createdAt,
  };
}

async function putTotp(context: RealmContext, row: Omit<UserRow, "realmId">, { line }: CheckedLine): Promise<void> {
  if (line.totpSecret === undefined) return;
  const sealed = await sealTotpSecret(context, row.id, line.totpSecret);
  const profile = profileOf({ ...row, realmId: context.realm.id });
  await context.objects.call(row.id, (object) => object.importTotp(profile, sealed));
}

const linksOf = (userId: number, { line }: CheckedLine): ImportedLink[] =>
  (line.linkedAccounts ?? []).map(({ source, sourceId }) => ({ source, sourceId, userId }));

/** Throws Problem when one of the accounts elsewhere is another's already. */
function requireUnlinked({ line }: CheckedLine, links: readonly LinkedAccountRow[], user: UserRow | null): void {
  const foreign = (line.linkedAccounts ?? []).some(({ source, sourceId }) =>
    links.some((link) => link.source === source && link.sourceId === sourceId && link.userId !== user?.id),
  );
  if (foreign) throw new Problem("account-linked-elsewhere", { fields: { linked_accounts: "taken" } });
}

async function raiseFloor(context: RealmContext, lines: readonly CheckedLine[]): Promise<void> {
  const costliest = Math.max(0, ...lines.map(({ hash }) => hash?.costKib ?? 0));
  if (costliest <= Math.max(currentCostKib, context.realm.passwordFloorKib)) return;
  await context.userImports.raisePasswordFloor(costliest);
  forgetHosts(context.realm.hosts);
}

/** What is not a refusal is a bug, and stops the whole batch. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof RealmMoving) return new Failure("realm-moving", { cause: error });
  if (error instanceof StorageUnavailable) return new Failure("storage-unavailable", { cause: error });
  throw error;
}
