import { limits } from "../../config/limits.ts";
import { hashPassword } from "../../crypto/password-hash.ts";
import { Problem } from "../../errors/errors.ts";
import { jsonBytes } from "../../lib/json.ts";
import type { UserChanges, UserRow } from "../../storage/d1/user-store.ts";
import type { RealmContext } from "../realm-context.ts";
import { changeUser, deleteUser } from "../users/change-user.ts";
import { type Merge, mergeUsers } from "../users/merge-users.ts";
import {
  createUser,
  type Identifiers,
  type NewUser,
  parseIdentifiers,
  requireGoodPassword,
} from "../users/new-user.ts";
import { ownPassword, temporaryPassword } from "../users/password-change.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { type Operator, operatorKindOf, requireMayGrant, requireRankOver, requireRecentProof } from "./operator.ts";

/** What an operator changes of a user, as it was typed. `undefined` leaves a field as it is, null or "" empties it. */
export interface UserPatch {
  readonly email?: string | null | undefined;
  readonly emailVerified?: boolean | undefined;
  readonly username?: string | null | undefined;
  readonly phoneNumber?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly roles?: readonly string[] | undefined;
  /** A merge patch (RFC 7396). */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** A new one ends all sessions and grants, and is good for choosing another only. */
  readonly password?: string | undefined;
  /** A hash made elsewhere; unless it has come before, it ends all sessions and grants, too. */
  readonly importedHash?: ImportedHash | undefined;
  /** True ends all sessions and grants. */
  readonly disabled?: boolean | undefined;
}

export interface ImportedHash {
  /** As it is stored. */
  readonly text: string;
  /** SHA-256 of it. */
  readonly id: string;
}

/** Throws Problem. */
export function createUserAs(operator: Operator, context: RealmContext, input: NewUser): Promise<UserRow> {
  requireMayGrant(operator, input.roles ?? []);
  if (operatorKindOf(input.roles ?? []) !== null) requireRecentProof(operator, context.clock.now());
  return createUser(context, input);
}

/** Changes a user that was read just now. What changes nothing is not written. Throws Problem. */
export async function changeUserAs(
  operator: Operator,
  context: RealmContext,
  user: UserRow,
  patch: UserPatch,
): Promise<UserRow> {
  requireRankOver(operator, user);
  if (patch.roles !== undefined) requireMayGrant(operator, patch.roles);
  const identifiers = identifiersAfter(user, patch);
  const name = patch.name === undefined ? user.name : patch.name || null;
  if (patch.password !== undefined) requireGoodPassword(context, patch.password, { ...identifiers, name });
  const changes = differing(user, {
    ...identifiers,
    ...verification(user, identifiers, patch),
    ...plainFields(patch),
    ...(patch.metadata === undefined ? {} : { metadata: patchedMetadata(user, patch.metadata) }),
    ...disabling(user, patch, context.clock.now()),
  });
  if (patch.password !== undefined)
    Object.assign(changes, temporaryPassword(context, await hashPassword(patch.password)));
  const { importedHash } = patch;
  if (importedHash !== undefined && importedHash.id !== user.importedHash)
    Object.assign(changes, { ...ownPassword(importedHash.text), importedHash: importedHash.id });
  if (Object.keys(changes).length === 0) return user;
  const endsSessions = "passwordHash" in changes || typeof changes.disabledAt === "number";
  return changeUser(context, user, changes, endsSessions ? "all" : "none");
}

/** Throws Problem. */
export async function deleteUserAs(operator: Operator, context: RealmContext, user: UserRow): Promise<void> {
  requireRankOver(operator, user);
  await deleteUser(context, user.id);
}

/** `gone` is merged into the user with that id, and is deleted. Throws Problem. */
export async function mergeUsersAs(
  operator: Operator,
  context: RealmContext,
  gone: UserRow,
  keptId: number | null,
): Promise<Merge> {
  requireRankOver(operator, gone);
  const kept = keptId === null ? null : await context.users.findById(keptId);
  if (kept === null) throw new Problem("merge-into-unknown", { fields: { into: "is nobody" } });
  requireRankOver(operator, kept);
  return mergeUsers(context, gone.id, kept.id);
}

function identifiersAfter(user: UserRow, patch: UserPatch): Identifiers {
  const { email, username, phoneNumber } = patch;
  if (email === undefined && username === undefined && phoneNumber === undefined) return user;
  return parseIdentifiers({
    email: email === undefined ? user.email : email,
    username: username === undefined ? user.username : username,
    phoneNumber: phoneNumber === undefined ? user.phoneNumber : phoneNumber,
  });
}

/** What was proven of an address or number says nothing about another one. */
function verification(user: UserRow, after: Identifiers, { emailVerified }: UserPatch): UserChanges {
  const sameEmail = after.email === user.email;
  return {
    emailVerified: after.email !== null && (emailVerified ?? (sameEmail && user.emailVerified)),
    phoneVerified: after.phoneNumber === user.phoneNumber && user.phoneVerified,
  };
}

function plainFields({ name, firstName, lastName, externalId, roles }: UserPatch): UserChanges {
  const changes: UserChanges = {};
  if (name !== undefined) changes.name = name || null;
  if (firstName !== undefined) changes.firstName = firstName || null;
  if (lastName !== undefined) changes.lastName = lastName || null;
  if (externalId !== undefined) changes.externalId = externalId || null;
  if (roles !== undefined) changes.roles = [...roles];
  return changes;
}

function patchedMetadata(user: UserRow, patch: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const metadata = applyMergePatch(user.metadata, patch);
  if (jsonBytes(metadata) > limits.metadataBytes)
    throw new Problem("body-invalid", {
      fields: { metadata: `must not exceed ${limits.metadataBytes} bytes of JSON` },
    });
  return metadata;
}

function disabling(user: UserRow, { disabled }: UserPatch, now: number): UserChanges {
  if (disabled === undefined || disabled === (user.disabledAt !== null)) return {};
  return { disabledAt: disabled ? now : null };
}

function differing(user: UserRow, wanted: UserChanges): UserChanges {
  const current: Readonly<Record<string, unknown>> = user;
  const differs = Object.entries(wanted).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(current[field]),
  );
  return Object.fromEntries(differs);
}
