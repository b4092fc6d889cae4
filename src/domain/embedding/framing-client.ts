import { PageError } from "../../errors/errors.ts";
import type { Client } from "../clients/client.ts";
import type { RealmContext } from "../realm-context.ts";

/** Origins whose pages may show our frame for the client: of its redirect URIs, and those it has registered as such. */
export function framingOrigins({ metadata }: Pick<Client, "metadata">): ReadonlySet<string> {
  const ofAddresses = metadata.redirect_uris.map((uri) => URL.parse(uri)?.origin ?? "null");
  return new Set([...metadata.origins, ...ofAddresses.filter((origin) => origin !== "null")]);
}

/**
 * The client that a frame is for, and stands on the site of. A client that registered itself vouches for no site: anybody could, and
 * watch who is signed in. Null when there is none.
 */
export async function findFramingClient(
  context: RealmContext,
  reference: string,
  origin: string,
): Promise<Client | null> {
  const client = await context.clients.find(reference);
  const mayFrame = client !== null && !client.disabled && !client.selfRegistered && framingOrigins(client).has(origin);
  return mayFrame ? client : null;
}

/** The same. Throws PageError. */
export async function getFramingClient(context: RealmContext, reference: string, origin: string): Promise<Client> {
  const client = await findFramingClient(context, reference, origin);
  if (client === null) throw new PageError("embedding-client-unknown");
  return client;
}
