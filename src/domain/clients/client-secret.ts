import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Client } from "./client.ts";

export const clientSecretPurpose = "client-secret";
const binding = (context: RealmContext, clientId: string): string => `${context.realm.id}|${clientId}`;

export interface NewClientSecret {
  readonly secret: string;
  /** What authentication compares with. */
  readonly secretHash: string;
  /** What signs integration tokens; opened for that alone. */
  readonly sealedSecret: string;
}

/** A new secret of 256 bits. The prefix lets scanners of source code recognise one that leaked. */
export async function makeClientSecret(context: RealmContext, clientId: string): Promise<NewClientSecret> {
  const secret = `gs_${randomHandle(32)}`;
  const sealedSecret = await context.ring.seal(clientSecretPurpose, binding(context, clientId), utf8(secret));
  return { secret, secretHash: await sha256(secret), sealedSecret };
}

/** The secret itself; null for a client that has none. */
export async function openClientSecret(context: RealmContext, client: Client): Promise<string | null> {
  if (client.sealedSecret === null) return null;
  const opened = await context.ring.open(clientSecretPurpose, binding(context, client.clientId), client.sealedSecret);
  return opened === null ? null : fromUtf8(opened);
}
