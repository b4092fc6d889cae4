import { totpSecretPurpose as purpose } from "../../storage/user-object/totp.ts";
import type { RealmContext } from "../realm-context.ts";

const owner = (context: RealmContext, userId: number): string => `${context.realm.id}|${userId}`;

/** As the user's object keeps it: it cannot be read there, nor stand for another user's. */
export const sealTotpSecret = (context: RealmContext, userId: number, secret: Uint8Array): Promise<string> =>
  context.ring.seal(purpose, owner(context, userId), secret);

export const openTotpSecret = (context: RealmContext, userId: number, sealed: string): Promise<Uint8Array | null> =>
  context.ring.open(purpose, owner(context, userId), sealed);
