import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import { jsonBytes } from "../../lib/json.ts";
import type { UserChanges, UserRow } from "../../storage/d1/user-store.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import { type Address, findByAddress } from "../mail/address.ts";
import { type Post, tellOwner } from "../mail/notice.ts";
import { sendAddressCode } from "../one-time-codes/send-code.ts";
import type { RealmContext } from "../realm-context.ts";
import { looksLikeEmail, parseEmail, parsePhoneNumber, parseUsername } from "./canonical.ts";
import { changeUser } from "./change-user.ts";

/** What users may change of themselves. `undefined` leaves a field as it is, null or "" empties it. */
export interface OwnProfileChanges {
  readonly name?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly slug?: string | null | undefined;
  readonly username?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phoneNumber?: string | null | undefined;
  readonly communicationEmail?: string | null | undefined;
  readonly avatarUrl?: string | null | undefined;
  readonly avatarS3Key?: string | null | undefined;
  readonly locale?: string | null | undefined;
  readonly metadata?: Record<string, unknown> | null | undefined;
}

/**
 * Changes the signed-in user's own profile. Names by which the account is entered need a recent sign-in. An address that was proven
 * stays until the new one is: a code goes there (see confirmAddress). Throws Problem.
 */
export async function changeOwnProfile(
  context: RealmContext,
  who: Pick<LiveSession, "session" | "profile">,
  wanted: OwnProfileChanges,
  post: Post,
): Promise<UserRow> {
  const user = await context.users.findById(who.profile.id);
  if (user === null) throw new Problem("session-ended");
  const identifiers = identifierChanges(user, wanted);
  const isRecent = context.clock.now() - who.session.authTime <= limits.recentAuthenticationSeconds * 1000;
  if (Object.keys(identifiers).length > 0 && !isRecent) throw new Problem("reauthentication-required");
  const unconfirmed = addressesToConfirm(user, identifiers);
  for (const address of unconfirmed) await requireFree(context, address);
  const changes = { ...plainChanges(user, wanted), ...withoutAddresses(identifiers, unconfirmed) };
  const changed = Object.keys(changes).length === 0 ? user : await changeUser(context, user, changes, "none");
  if (user.username !== null && changed.username !== user.username) await tellOwner(changed, post, "username-changed");
  for (const address of unconfirmed) await sendAddressCode(context, who, address, post);
  return changed;
}

function addressesToConfirm(user: UserRow, { email, phoneNumber }: UserChanges): Address[] {
  const addresses: Address[] = [];
  if (email && user.emailVerified) addresses.push({ kind: "email", value: email });
  if (phoneNumber && user.phoneVerified) addresses.push({ kind: "phone", value: phoneNumber });
  return addresses;
}

function withoutAddresses(changes: UserChanges, addresses: readonly Address[]): UserChanges {
  const { email, emailVerified, phoneNumber, phoneVerified, ...rest } = changes;
  const leaves = (kind: Address["kind"]) => addresses.some((address) => address.kind === kind);
  return {
    ...rest,
    ...(email === undefined || leaves("email") ? {} : { email, emailVerified: emailVerified ?? false }),
    ...(phoneNumber === undefined || leaves("phone") ? {} : { phoneNumber, phoneVerified: phoneVerified ?? false }),
  };
}

async function requireFree(context: RealmContext, address: Address): Promise<void> {
  if ((await findByAddress(context, address)) === null) return;
  throw new Problem("user-already-exists", {
    fields: { [address.kind === "email" ? "email" : "phoneNumber"]: "taken" },
  });
}

const plainFields = ["name", "firstName", "lastName", "slug", "avatarUrl", "avatarS3Key", "locale"] as const;

function plainChanges(user: UserRow, wanted: OwnProfileChanges): UserChanges {
  const changes: UserChanges = {};
  for (const field of plainFields) {
    const value = wanted[field];
    if (value !== undefined && (value || null) !== user[field]) changes[field] = value || null;
  }
  if (wanted.communicationEmail !== undefined)
    changes.communicationEmail = wanted.communicationEmail
      ? canonical(parseEmail, wanted.communicationEmail, "email-invalid")
      : null;
  if (wanted.metadata) changes.metadata = mergedMetadata(user.metadata, wanted.metadata);
  return changes;
}

function mergedMetadata(old: Record<string, unknown>, wanted: Record<string, unknown>): Record<string, unknown> {
  const merged = Object.fromEntries(Object.entries({ ...old, ...wanted }).filter(([, value]) => value !== null));
  if (jsonBytes(merged) > limits.metadataBytes)
    throw new Problem("body-invalid", { fields: { metadata: "too large" } });
  return merged;
}

function identifierChanges(user: UserRow, wanted: OwnProfileChanges): UserChanges {
  const changes: UserChanges = {};
  const email = wanted.email ? canonical(parseEmail, wanted.email, "email-invalid") : undefined;
  if (email !== undefined && email !== user.email) Object.assign(changes, { email, emailVerified: false });
  const phoneNumber = wanted.phoneNumber
    ? canonical(parsePhoneNumber, wanted.phoneNumber, "phone-number-invalid")
    : undefined;
  if (phoneNumber !== undefined && phoneNumber !== user.phoneNumber)
    Object.assign(changes, { phoneNumber, phoneVerified: false });
  if (wanted.username && !isOwnEmail(wanted.username, email ?? user.email)) {
    const username = canonical(parseUsername, wanted.username, "username-invalid");
    if (looksLikeEmail(username)) throw new Problem("username-invalid", { fields: { username: "invalid" } });
    if (username !== user.username) changes.username = username;
  }
  return changes;
}

const isOwnEmail = (username: string, email: string | null): boolean =>
  looksLikeEmail(username) && parseEmail(username) === email;

function canonical<Value>(
  parse: (text: string) => Value | null,
  text: string,
  reason: "email-invalid" | "phone-number-invalid" | "username-invalid",
): Value {
  const value = parse(text);
  if (value === null) throw new Problem(reason);
  return value;
}
