import type { UserRow } from "../../storage/d1/user-store.ts";
import type { RealmContext } from "../realm-context.ts";

/** Both columns, always: a password that somebody chose must not inherit the end of one that was set for them. */
export type PasswordChange = Pick<UserRow, "passwordHash" | "passwordExpiresAt">;

/** Of whoever the account belongs to. */
export const ownPassword = (hash: string | null): PasswordChange => ({ passwordHash: hash, passwordExpiresAt: null });

/** Of an operator: it opens nothing but the choice of another, and that for as long as the realm says (OWASP ASVS 6.4.1, 6.4.6). */
export const temporaryPassword = ({ realm, clock }: RealmContext, hash: string): PasswordChange => ({
  passwordHash: hash,
  passwordExpiresAt: clock.now() + realm.settings.temporary_password_ttl_seconds * 1000,
});
