import type { UserRow } from "./d1/user-store.ts";

/** A user as the user's object keeps it: the row of D1 without the password's hash. */
export type Profile = Omit<UserRow, "passwordHash">;

export function profileOf(row: UserRow): Profile {
  const { passwordHash: _, ...profile } = row;
  return profile;
}
