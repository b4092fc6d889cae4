import type { UserRow } from "./d1/user-store.ts";

/** A user as the user's object keeps it: the row of D1 without what there is of the password. */
export type Profile = Omit<UserRow, "passwordHash" | "passwordExpiresAt" | "importedHash"> & {
  /** A password alone does not sign the user in. Only the user's object knows; what it is told about this it ignores. */
  readonly tfaEnabled: boolean;
};

export function profileOf(row: UserRow, tfaEnabled = false): Profile {
  const { passwordHash: _, passwordExpiresAt: __, importedHash: ___, ...profile } = row;
  return { ...profile, tfaEnabled };
}
