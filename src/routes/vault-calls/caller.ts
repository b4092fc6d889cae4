/** Who calls the token vault: contract §7, "Names of settings and bodies". */
import * as z from "zod";
import type { Client } from "../../domain/clients/client.ts";
import { provenClient, requireOwnOrigin, vaultCaller } from "../../domain/vault/caller.ts";
import { malformed } from "../../domain/vault/macros.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import { requireTurns } from "../../http/turn.ts";
import type { UserRow } from "../../storage/d1/user-store.ts";
import type { Turn } from "../../storage/user-object/key-calls.ts";

export const keysQuerySchema = z.object({
  public_key: z.string().max(200).optional().describe("The application's client_id, or its integration id."),
  private_key: z.string().max(300).optional().describe("Its client secret. Better: an `X-API-Key` for `vault:use`."),
});

export const callerQuerySchema = keysQuerySchema.extend({
  user_id: z.string().max(255).describe("The realm's id of the user, or the external_id."),
});

/** Throws Problem. Wrong keys are counted per address. */
export async function requireVaultCaller(c: AppContext): Promise<{ client: Client; user: UserRow }> {
  const { user_id: userId = "" } = c.req.query();
  return counted(c, () => vaultCaller(c.get("realm"), { ...shownKeys(c), userId, origin: originOf(c) }));
}

/** One call more of the client's, and for the user, each counted exactly by an object of its own. Throws Problem, 429. */
export async function takeCallTurns(
  c: AppContext,
  { client: { clientId }, user }: { readonly client: Client; readonly user: UserRow },
): Promise<void> {
  const { realm, objects } = c.get("realm");
  const { vault_calls_per_client_per_minute: ofClient, vault_calls_per_user_per_minute: forUser } =
    realm.settings.rate_limits;
  const turns = await Promise.all([
    ...counting("client", ofClient, () => objects.callClientCounter(clientId, (counter) => counter.takeTurn(ofClient))),
    ...counting("user", forUser, () => objects.call(user.id, (object) => object.takeTurn(forUser))),
  ]);
  requireTurns(c, turns);
}

const counting = <Name extends string>(counted: Name, perMinute: number, take: () => Promise<Turn>) =>
  perMinute === 0 ? [] : [take().then((turn) => ({ counted, perMinute, turn }))];

/** The same where it is about no user. */
export async function requireVaultClient(c: AppContext): Promise<Client> {
  const client = await counted(c, () => provenClient(c.get("realm"), shownKeys(c)));
  const origin = originOf(c);
  if (origin !== null) requireOwnOrigin(client, origin);
  return client;
}

/** What stands twice could mean one thing here and another to what looked at it before. Throws Problem. */
function shownKeys(c: AppContext) {
  if (readQuery(c).repeated.size > 0) throw malformed("query", "has a parameter twice");
  const { public_key: publicKey, private_key: privateKey } = c.req.query();
  return { publicKey, privateKey, apiKey: c.req.header("x-api-key") };
}

const originOf = (c: AppContext): string | null => c.req.header("origin") ?? null;

async function counted<Value>(c: AppContext, prove: () => Promise<Value>): Promise<Value> {
  try {
    return await prove();
  } catch (error) {
    if (error instanceof Problem && error.reason === "vault-keys-wrong") {
      const { wrong_secrets_per_address_per_minute } = c.get("realm").realm.settings.rate_limits;
      await limitPerAddress(c, "wrong-secret", wrong_secrets_per_address_per_minute);
    }
    throw error;
  }
}
