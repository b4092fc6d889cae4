/** Which application somebody signs in to at /api/auth (contract §4). */
import * as z from "zod";
import type { Client } from "../../domain/clients/client.ts";
import { ownClient, ownClientId } from "../../domain/clients/own-client.ts";
import { requirementsOf } from "../../domain/clients/requirements.ts";
import { directScopes } from "../../domain/tokens/direct-grant.ts";
import { Problem } from "../../errors/errors.ts";
import { requireClient } from "../../http/client-auth.ts";
import type { AppContext } from "../../http/env.ts";
import { Parameters } from "../../lib/parameters.ts";

export const clientFields = {
  clientId: z
    .preprocess((value) => (typeof value === "number" ? String(value) : value), z.string().max(64).nullish())
    .describe(
      "A first-party application of the realm; a confidential one authenticates by HTTP Basic. Without it, the realm's own (`own`).",
    ),
  scope: z
    .string()
    .max(2048)
    .nullish()
    .describe("Words of it, blanks between. Without it, all that the application may have."),
};

interface ClientFields {
  readonly clientId?: string | null | undefined;
  readonly scope?: string | null | undefined;
}

export interface Asked {
  readonly client: Client;
  readonly scopes: readonly string[];
}

/** Throws Problem or OAuthError unless the application may sign users in by itself, and have a scope. */
export async function readAsked(c: AppContext, { clientId, scope }: ClientFields): Promise<Asked> {
  const client = await readClient(c, clientId ?? undefined);
  return { client, scopes: directScopes(c.get("realm"), client, scope ?? undefined) };
}

/** Whatever its registration says of other endpoints, here it gets split tokens. */
export async function readClient(c: AppContext, clientId: string | undefined): Promise<Client> {
  const { realm, clients } = c.get("realm");
  if (clientId === undefined || clientId === ownClientId) return ownClient(realm);
  const known = await clients.find(clientId);
  // A password typed here stays in the house; and who names a client that has to prove itself is not that client yet.
  if (known?.firstParty !== true || known.selfRegistered || requirementsOf(known).boundTokens)
    throw new Problem("own-client-unfit");
  const client = await requireClient(c, new Parameters([["client_id", known.clientId]]));
  return { ...client, metadata: { ...client.metadata, access_token_format: "split" } };
}
