import { sha256 } from "../../crypto/hash.ts";
import type { RealmContext } from "../realm-context.ts";

/** The name of a user inside passkeys: it says nothing about the person (Web Authentication Level 3 §14.6.1). */
export const userHandle = (context: RealmContext, userId: number): Promise<string> =>
  sha256(`passkey-user|${context.realm.id}|${userId}`);
