import { limits } from "../../config/limits.ts";
import { hashPassword } from "../../crypto/password-hash.ts";
import { randomInteger53 } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { checkPassword } from "../credentials/password-policy.ts";
import type { RealmContext } from "../realm-context.ts";
import { emit } from "../webhooks/emit.ts";
import { looksLikeEmail, parseEmail, parsePhoneNumber, parseUsername } from "./canonical.ts";
import { ownPassword, type PasswordChange, temporaryPassword } from "./password-change.ts";

/** What a new account begins with, as it was typed. */
export interface NewUser {
  readonly email?: string | null | undefined;
  readonly username?: string | null | undefined;
  readonly phoneNumber?: string | null | undefined;
  readonly password?: string | null | undefined;
  /** Whoever makes the account knows its password: its owner chooses another at the first sign-in. */
  readonly passwordIsTemporary?: boolean | undefined;
  readonly name?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly emailVerified?: boolean | undefined;
  readonly phoneVerified?: boolean | undefined;
  readonly externalId?: string | null | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly metadata?: Record<string, unknown> | undefined;
  readonly disabled?: boolean | undefined;
}

/** Makes an account. Every pathway comes through here, so that every one has the same rules. Throws Problem. */
export async function createUser(context: RealmContext, input: NewUser): Promise<UserRow> {
  return insertUser(context, await draftNamedUser(context, input));
}

/** The row of an account that somebody can sign in to, not written yet. Throws Problem. */
export async function draftNamedUser(context: RealmContext, input: NewUser): Promise<Omit<UserRow, "id" | "realmId">> {
  const identifiers = parseIdentifiers(input);
  const password = input.password ?? null;
  if (password !== null) requireGoodPassword(context, password, { ...identifiers, name: input.name ?? null });
  const hash = password === null ? null : await hashPassword(password);
  const isTemporary = hash !== null && input.passwordIsTemporary === true;
  return draftUser(
    context,
    { ...input, ...identifiers },
    isTemporary ? temporaryPassword(context, hash) : ownPassword(hash),
  );
}

/** An account for whoever asks (contract §0): no name, no role, and nothing to sign in with. */
export function createGuest(context: RealmContext): Promise<UserRow> {
  const nobody = { email: null, username: null, phoneNumber: null };
  return insertUser(context, {
    ...draftUser(context, { ...nobody, roles: [] }, ownPassword(null)),
    guest: true,
    guestCheckAt: context.clock.now() + limits.guestCheckMs,
  });
}

/** The row of a new account, not written yet. */
export function draftUser(
  context: RealmContext,
  input: Omit<NewUser, keyof Identifiers | "password" | "passwordIsTemporary"> & Identifiers,
  password: PasswordChange,
): Omit<UserRow, "id" | "realmId"> {
  const now = context.clock.now();
  return {
    email: input.email,
    username: input.username,
    phoneNumber: input.phoneNumber,
    emailVerified: input.emailVerified ?? false,
    phoneVerified: input.phoneVerified ?? false,
    externalId: input.externalId ?? null,
    ...password,
    importedHash: null,
    name: input.name ?? null,
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    slug: null,
    avatarUrl: null,
    avatarS3Key: null,
    communicationEmail: null,
    locale: null,
    guest: false,
    guestCheckAt: null,
    roles: [...(input.roles ?? ["user"])],
    metadata: input.metadata ?? {},
    disabledAt: input.disabled ? now : null,
    notBefore: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

export interface Identifiers {
  readonly email: string | null;
  readonly username: string | null;
  readonly phoneNumber: string | null;
}

/** Canonical forms of what was typed; at least one must be there. An address as username must be the account's own. */
export function parseIdentifiers(input: Pick<NewUser, "email" | "username" | "phoneNumber">): Identifiers {
  const email = parseEmailAddress(input.email);
  const phoneNumber = present(input.phoneNumber) === null ? null : parsePhoneNumber(input.phoneNumber ?? "");
  if (present(input.phoneNumber) !== null && phoneNumber === null)
    throw new Problem("phone-number-invalid", field("phone-number"));
  const typed = present(input.username);
  if (typed !== null && looksLikeEmail(typed)) {
    const address = parseEmailAddress(typed);
    if (email !== null && email !== address) throw new Problem("username-invalid", field("username"));
    return { email: address, username: null, phoneNumber };
  }
  const username = typed === null ? null : parseUsername(typed);
  if (typed !== null && username === null) throw new Problem("username-invalid", field("username"));
  if (email === null && username === null && phoneNumber === null)
    throw new Problem("identifier-missing", field("email"));
  return { email, username, phoneNumber };
}

/** Throws Problem when the realm's rules refuse the password (NIST 800-63B §3.1.1.2). */
export function requireGoodPassword(
  context: RealmContext,
  password: string,
  about: { email: string | null; username: string | null; name: string | null },
): void {
  const problem = checkPassword(password, {
    minLength: context.realm.settings.password_min_length,
    realmName: context.realm.name,
    hosts: context.realm.hosts,
    ...(about.email === null ? {} : { email: about.email }),
    ...(about.username === null ? {} : { username: about.username }),
    ...(about.name === null ? {} : { name: about.name }),
  });
  if (problem !== null) throw new Problem(problem, field("password"));
}

function parseEmailAddress(text: string | null | undefined): string | null {
  const typed = present(text);
  if (typed === null) return null;
  const email = parseEmail(typed);
  if (email === null) throw new Problem("email-invalid", field("email"));
  return email;
}

/** Writes the row of a new account under a fresh id, and tells of it. Throws Problem when an identifier is taken. */
export async function insertUser(context: RealmContext, row: Omit<UserRow, "id" | "realmId">): Promise<UserRow> {
  for (;;) {
    const id = randomInteger53();
    const conflict = await context.users.insert({ ...row, id });
    if (conflict === null) {
      const made = { ...row, id, realmId: context.realm.id };
      emit(context, "user.created", made);
      return made;
    }
    if (conflict !== "id") throw new Problem("user-already-exists", field(conflict));
  }
}

const present = (text: string | null | undefined): string | null =>
  text === undefined || text === null || text.trim() === "" ? null : text;

const field = (name: string) => ({ fields: { [name]: "invalid" } });
