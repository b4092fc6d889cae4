import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { RealmContext } from "../realm-context.ts";
import { createUser, type NewUser } from "../users/new-user.ts";
import { type Device, openSession, type SignedIn } from "./open-session.ts";

/** What people say of themselves when they sign up. */
export type OwnAccount = Pick<
  NewUser,
  "email" | "username" | "password" | "name" | "firstName" | "lastName" | "metadata"
>;

/** Where the account comes from: made anew, unless a guest takes it up. */
export type CreateUser = (context: RealmContext, input: NewUser) => Promise<UserRow>;

/** Makes an account for the person in front of us. They choose no roles and prove no address by this. Throws Problem. */
export function createOwnAccount(
  context: RealmContext,
  input: OwnAccount,
  create: CreateUser = createUser,
): Promise<UserRow> {
  if (!context.realm.settings.sign_up) throw new Problem("sign-up-closed");
  if (input.password === undefined || input.password === null || input.password === "")
    throw new Problem("password-missing", { fields: { password: "missing" } });
  return create(context, input);
}

/** Makes an account and signs in to it. */
export async function signUp(context: RealmContext, input: OwnAccount, device: Device): Promise<SignedIn> {
  return openSession(context, await createOwnAccount(context, input), ["pwd"], device);
}
