/** How a call to the token vault names its application and its user: contract §0, §6. */
import { equalInConstantTime } from "../../crypto/constant-time.ts";
import { sha256 } from "../../crypto/hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import { findShownKey } from "../api-keys/api-key.ts";
import type { Client } from "../clients/client.ts";
import { registeredOrigins } from "../clients/registered-origins.ts";
import type { RealmContext } from "../realm-context.ts";
import { parseUserId } from "../users/user-id.ts";

export interface CallerNames {
  /** The application's client_id, or its integration id. May be left out beside an API key, which says whose it is. */
  readonly publicKey?: string | undefined;
  /** Its client secret. */
  readonly privateKey?: string | undefined;
  readonly apiKey?: string | undefined;
  /** The realm's id of the user, or the external_id. */
  readonly userId: string;
  /** The Origin header; null when there is none. */
  readonly origin: string | null;
}

/**
 * Application and user of a call that shows what only the application's own server knows. Throws Problem: 403 `unauthorized` for keys
 * that are not good, 403 `unauthorized-domain` for a page that is not the application's, 401 INVALID_OAUTHID for a user that is none.
 */
export async function vaultCaller(
  context: RealmContext,
  names: CallerNames,
): Promise<{ client: Client; user: UserRow }> {
  const client = await provenClient(context, names);
  if (names.origin !== null) requireOwnOrigin(client, names.origin);
  const user = await findVaultUser(context, names.userId);
  if (user === null) throw new Problem("connection-none");
  return { client, user };
}

/** The application alone, for calls that are about no user. Throws Problem. */
export async function provenClient(
  context: RealmContext,
  { publicKey, privateKey, apiKey }: Pick<CallerNames, "publicKey" | "privateKey" | "apiKey">,
): Promise<Client> {
  if (apiKey !== undefined) return ofApiKey(context, apiKey, publicKey);
  if (publicKey === undefined || privateKey === undefined) throw new Problem("vault-keys-missing");
  const client = await findVaultClient(context, publicKey);
  const shown = await sha256(privateKey);
  if (client?.secretHash == null || !equalInConstantTime(shown, client.secretHash))
    throw new Problem("vault-keys-wrong");
  return client;
}

async function ofApiKey(context: RealmContext, apiKey: string, publicKey: string | undefined): Promise<Client> {
  const key = await findShownKey(context, apiKey);
  const isGood = key?.ownerType === "client" && key.scopes.includes("vault:use");
  const client = isGood ? await findVaultClient(context, key.owner) : null;
  const isNamed =
    publicKey === undefined || publicKey === client?.clientId || publicKey === String(client?.integrationId);
  if (client === null || !isNamed) throw new Problem("vault-keys-wrong");
  return client;
}

/**
 * An application that may use the vault: registered by the realm's operators. One that registered itself would ask in the realm's name for
 * what people keep elsewhere. Null for any other.
 */
export async function findVaultClient(context: RealmContext, publicKey: string): Promise<Client | null> {
  const client = await context.clients.find(publicKey);
  return client === null || client.disabled || client.selfRegistered ? null : client;
}

/** Throws Problem. */
export function requireOwnOrigin(client: Client, origin: string): void {
  if (!registeredOrigins(client).has(origin)) throw new Problem("vault-origin-foreign");
}

/**
 * By the realm's own id first: nobody can be given an external_id that leads past it to somebody else. Null for users who are none, and
 * for disabled ones.
 */
export async function findVaultUser({ users }: RealmContext, text: string): Promise<UserRow | null> {
  if (text === "" || text.length > 255) return null;
  const id = parseUserId(text);
  const user = (id === null ? null : await users.findById(id)) ?? (await users.findByExternalId(text));
  return user === null || user.disabledAt !== null ? null : user;
}
