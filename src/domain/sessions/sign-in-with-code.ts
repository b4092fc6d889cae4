import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { recordEvent, recordRefusal } from "../audit/record-event.ts";
import { type Address, findOwner, hasProven } from "../mail/address.ts";
import { proveCode, type TypedCode } from "../one-time-codes/code.ts";
import type { RealmContext } from "../realm-context.ts";
import { createUser, parseIdentifiers, requireGoodPassword } from "../users/new-user.ts";
import { admitOwner, isSignedInAs, markProven, provenBy, releaseMereClaim, takeOver } from "../users/prove-address.ts";
import { type Device, openSession, type SignedIn } from "./open-session.ts";
import type { CreateUser, OwnAccount } from "./sign-up.ts";

export interface CodeCredentials {
  readonly address: Address;
  /** As typed. */
  readonly code: string;
  /** An account is made for an address that has none. */
  readonly mayMakeAccount: boolean;
}

/**
 * How somebody signed in who showed that they read what is sent to the address. Not `otp`, which RFC 8176 keeps for codes of a device,
 * and never `mfa`: a mailbox is no second factor (NIST 800-63B §3.1.3.1).
 */
export const amrOf = ({ kind }: Address): readonly string[] => (kind === "email" ? ["email"] : ["sms"]);

const typed = ({ address, code }: Pick<CodeCredentials, "address" | "code">): TypedCode => ({
  address,
  code,
  purposes: ["sign-in"],
});

/** Signs a user in by a code that was sent to them. Throws Problem: otp-mismatch, rate-limited. */
export async function signInWithCode(
  context: RealmContext,
  credentials: CodeCredentials,
  device: Device,
): Promise<SignedIn> {
  const user = await userOfCode(context, credentials, device);
  return openSession(context, user, amrOf(credentials.address), device);
}

/** The user whom a code lets in, to whom its address belongs from now on. No session is opened. Throws Problem. */
export async function userOfCode(
  context: RealmContext,
  credentials: CodeCredentials,
  device: Device,
): Promise<UserRow> {
  const { address } = credentials;
  const owner = await findOwner(context, address);
  const opens = owner !== null || (credentials.mayMakeAccount && context.realm.settings.sign_up);
  const failure = { type: "user.sign_in_failed", user: owner?.id, details: { method: "code" } } as const;
  await recordRefusal(context, failure, async () => {
    await proveCode(context, owner, typed(credentials), opens ? "spend" : "look");
    if (!opens) throw new Problem("one-time-code-wrong");
  });
  return owner === null ? makeAccount(context, address, { metadata: {} }) : enter(context, owner, address, device);
}

async function enter(context: RealmContext, owner: UserRow, address: Address, { previous }: Device): Promise<UserRow> {
  if (owner.disabledAt !== null) {
    const refusal = { outcome: "refused", reason: "user-not-allowed", user: owner.id } as const;
    recordEvent(context, { type: "user.sign_in_failed", ...refusal, details: { method: "code" } });
    throw new Problem("user-not-allowed");
  }
  if (hasProven(owner, address)) return admitOwner(context, owner, address, previous);
  if (await isSignedInAs(context, owner, previous)) return markProven(context, owner, address, true);
  return takeOver(context, owner, address, {});
}

/**
 * Makes an account for an address that a code was sent to; that it has one is told to those only who have the code.
 * Throws Problem: otp-mismatch, rate-limited, user-already-exists, and what is wrong with the rest.
 */
export async function signUpWithCode(
  context: RealmContext,
  { address, code }: Pick<CodeCredentials, "address" | "code">,
  account: Omit<OwnAccount, "email">,
  create: CreateUser = createUser,
): Promise<UserRow> {
  if (!context.realm.settings.sign_up) throw new Problem("sign-up-closed");
  const { password, username, name } = account;
  const identifiers = parseIdentifiers({ ...identifiersOf(address), username });
  if (password) requireGoodPassword(context, password, { ...identifiers, name: name ?? null });
  const owner = await findOwner(context, address);
  await proveCode(context, owner, typed({ address, code }), owner === null ? "spend" : "look");
  if (owner !== null) throw new Problem("user-already-exists");
  return makeAccount(context, address, account, create);
}

async function makeAccount(
  context: RealmContext,
  address: Address,
  account: Omit<OwnAccount, "email">,
  create: CreateUser = createUser,
): Promise<UserRow> {
  await releaseMereClaim(context, address);
  const password = account.password || null;
  return create(context, { ...account, password, ...identifiersOf(address), ...provenBy(address) });
}

const identifiersOf = ({ kind, value }: Address) => (kind === "email" ? { email: value } : { phoneNumber: value });
