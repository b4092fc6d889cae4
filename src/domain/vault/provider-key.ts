import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import type { Provider } from "../federation/provider.ts";
import { speaking } from "../federation/upstream.ts";
import { outboundFetch } from "../outbound/outbound-fetch.ts";
import type { RealmContext } from "../realm-context.ts";
import { type Connection, requireOpenForVault } from "./connection.ts";
import { storeConnection } from "./store.ts";

/** Connects by a key that somebody has typed in, if the provider takes it. Throws Problem. */
export async function connectByKey(
  context: RealmContext,
  provider: Provider,
  about: { readonly userId: number; readonly sid: string; readonly clientId: string },
  typed: string,
): Promise<Connection> {
  requireOpenForVault(provider);
  const key = typed.trim();
  if (key === "") throw new Problem("provider-key-missing");
  // It will stand in a header or in a query.
  if (key.length > limits.providerKeyChars || !/^[\x21-\x7E]+$/.test(key)) throw new Problem("provider-key-refused");
  await check(context, provider, key);
  const { userId, sid, clientId } = about;
  const secrets = { type: "api_key" as const, key };
  return storeConnection(context, { provider, userId, clientId }, sid, { secrets, scopes: [], expiresAt: null });
}

async function check({ config }: RealmContext, { settings }: Provider, key: string): Promise<void> {
  const { check_url, api_key: place } = settings;
  if (check_url === undefined || place === undefined) return;
  const url = new URL(check_url);
  const value = `${place.prefix ?? ""}${key}`;
  if (place.in === "query") url.searchParams.set(place.name, value);
  const headers: Record<string, string> = place.in === "header" ? { [place.name]: value } : {};
  const { status } = await speaking(() =>
    outboundFetch(url.href, { headers }, { development: config.development, mostBytes: 0 }),
  );
  if (status === 401 || status === 403) throw new Problem("provider-key-refused");
  if (status >= 500 || status === 429) throw new Problem("provider-unavailable");
}
