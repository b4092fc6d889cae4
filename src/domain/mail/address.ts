import { sha256 } from "../../crypto/hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { RealmContext } from "../realm-context.ts";
import { parseEmail, parsePhoneNumber } from "../users/canonical.ts";

/** Where somebody can be reached: the canonical spelling of an e-mail address or a phone number. */
export interface Address {
  readonly kind: "email" | "phone";
  readonly value: string;
}

export interface TypedAddress {
  readonly email?: string | null | undefined;
  readonly phoneNumber?: string | null | undefined;
}

/** The one address that was typed, an e-mail address before a phone number. Throws Problem. */
export function parseAddress(typed: TypedAddress): Address {
  const address = findTypedAddress(typed);
  if (address === null) throw new Problem("identifier-missing", { fields: { email: "missing" } });
  return address;
}

/** The same; null when none was typed. */
export function findTypedAddress({ email, phoneNumber }: TypedAddress): Address | null {
  if (isTyped(email)) {
    const value = parseEmail(email);
    if (value === null) throw new Problem("email-invalid", { fields: { email: "invalid" } });
    return { kind: "email", value };
  }
  if (!isTyped(phoneNumber)) return null;
  const value = parsePhoneNumber(phoneNumber);
  if (value === null) throw new Problem("phone-number-invalid", { fields: { "phone-number": "invalid" } });
  return { kind: "phone", value };
}

const isTyped = (text: string | null | undefined): text is string => typeof text === "string" && text.trim() !== "";

/** Names the address where it must not be read: in keys, and among strangers. */
export const hashOfAddress = ({ kind, value }: Address): Promise<string> => sha256(`${kind}:${value}`);

type Addresses = Pick<UserRow, "email" | "phoneNumber">;
type Provable = Addresses & Pick<UserRow, "emailVerified" | "phoneVerified">;

export const isAddressOf = (user: Addresses, { kind, value }: Address): boolean =>
  (kind === "email" ? user.email : user.phoneNumber) === value;

/** Whether the user has shown that this address is theirs. */
export const hasProven = (user: Provable, address: Address): boolean =>
  isAddressOf(user, address) && (address.kind === "email" ? user.emailVerified : user.phoneVerified);

/** The account with this address, proven or not. */
export const findByAddress = (context: RealmContext, { kind, value }: Address): Promise<UserRow | null> =>
  kind === "email" ? context.users.findByEmail(value) : context.users.findByPhoneNumber(value);

/**
 * The account that whoever holds the address may enter. One that has shown another address to be its own, and merely says that this
 * one is too, is not theirs: they would find themselves in somebody else's account.
 */
export async function findOwner(context: RealmContext, address: Address): Promise<UserRow | null> {
  const user = await findByAddress(context, address);
  return user !== null && owns(user, address) ? user : null;
}

/** Whether the account has the address, and has not shown another one to be its own instead. */
export const owns = (user: Provable, address: Address): boolean =>
  isAddressOf(user, address) && (hasProven(user, address) || !(user.emailVerified || user.phoneVerified));
