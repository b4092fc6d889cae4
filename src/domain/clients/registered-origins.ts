import type { Client } from "./client.ts";

/** Origins of a client's registered addresses: its own pages stand there. A native app's scheme is no origin. */
export function registeredOrigins({ metadata }: Pick<Client, "metadata">): ReadonlySet<string> {
  const { redirect_uris, error_uris, post_logout_redirect_uris, origins } = metadata;
  const ofAddresses = [...redirect_uris, ...error_uris, ...post_logout_redirect_uris]
    .map((uri) => URL.parse(uri)?.origin ?? "null")
    .filter((origin) => origin !== "null");
  return new Set([...origins, ...ofAddresses]);
}
