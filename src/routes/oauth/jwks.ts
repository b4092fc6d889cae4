/** GET /jwks.json: RFC 7517 §5. */
import type { RealmKeys } from "../../domain/keys/realm-keys.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import type { AppContext } from "../../http/env.ts";
import { metadataHeaders } from "./discovery.ts";

export function jwks(c: AppContext): Response {
  const { realm, clock } = c.get("realm");
  return c.body(jwksDocument(realm, clock.now()), 200, metadataHeaders);
}

const documents = new WeakMap<RealmKeys, { readonly text: string; readonly until: number }>();

/** Written once for each copy of a realm's keys that the isolate has, until one of them expires. `now`: milliseconds since the epoch. */
export function jwksDocument({ keys }: Realm, now: number): string {
  const known = documents.get(keys);
  if (known !== undefined && now < known.until) return known.text;
  const text = JSON.stringify({ keys: keys.published(now) });
  documents.set(keys, { text, until: keys.publishedUntil(now) });
  return text;
}
