import * as z from "zod";
import { Problem } from "../../errors/errors.ts";
import { fromUtf8, utf8 } from "../../lib/base64url.ts";
import { parseJson } from "../../lib/json.ts";
import type { StoredConnection } from "../../storage/user-object/connections.ts";
import { connectionPurpose } from "../../storage/user-object/connections-object.ts";
import type { Provider } from "../federation/provider.ts";
import type { RealmContext } from "../realm-context.ts";

/** What is kept of a connection under seal. */
const secretsSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("bearer"),
    accessToken: z.string(),
    refreshToken: z.string().nullable(),
    /** The one before: a provider that took back the newest may still know it. */
    previousRefreshToken: z.string().nullable(),
    idToken: z.string().nullable(),
    /** Where these came from. They are not sent to another token endpoint. */
    tokenEndpoint: z.string(),
  }),
  z.object({ type: z.literal("oauth1"), token: z.string(), tokenSecret: z.string() }),
  z.object({ type: z.literal("api_key"), key: z.string() }),
]);

export type Secrets = z.output<typeof secretsSchema>;
export type BearerSecrets = Extract<Secrets, { type: "bearer" }>;

/** Whose connection. */
export interface ConnectionOf {
  readonly provider: Provider;
  readonly userId: number;
  readonly clientId: string;
}

/** The same by names alone. */
export interface ConnectionOwner {
  readonly provider: string;
  readonly userId: number;
  readonly clientId: string;
}

export const ownerOf = ({ provider, userId, clientId }: ConnectionOf): ConnectionOwner => ({
  provider: provider.name,
  userId,
  clientId,
});

/** Authenticated with the seal: what is sealed for one user, provider and application is worth nothing in another's row. */
const sealedForOwner = ({ realm }: RealmContext, { userId, provider, clientId }: ConnectionOwner): string =>
  `${realm.id}|${userId}|${provider}|${clientId}`;

export async function sealSecrets(
  context: RealmContext,
  owner: ConnectionOwner,
  secrets: Secrets,
): Promise<{ sealed: string; sealedFor: string }> {
  const sealedFor = sealedForOwner(context, owner);
  return {
    sealed: await context.ring.seal(connectionPurpose, sealedFor, utf8(JSON.stringify(secrets))),
    sealedFor,
  };
}

/** Null when it was sealed for somebody else, or with a key that is gone. */
export async function openSecrets(
  context: RealmContext,
  owner: ConnectionOwner,
  { sealed }: Pick<StoredConnection, "sealed">,
): Promise<Secrets | null> {
  const opened = await context.ring.open(connectionPurpose, sealedForOwner(context, owner), sealed);
  return opened === null ? null : (secretsSchema.safeParse(parseJson(fromUtf8(opened) ?? "")).data ?? null);
}

/** Opened, and sealed anew when that was not done with the newest key. Throws Problem. */
export async function requireSecrets(
  context: RealmContext,
  who: ConnectionOf,
  stored: StoredConnection,
): Promise<Secrets> {
  const owner = ownerOf(who);
  const secrets = await openSecrets(context, owner, stored);
  if (secrets === null) throw new Problem("connection-unreadable");
  if (!stored.sealed.startsWith(`${context.ring.currentKeyId}.`)) {
    const { sealed } = await sealSecrets(context, owner, secrets);
    await context.objects.call(who.userId, (user) => user.resealConnection(stored, sealed));
  }
  return secrets;
}
