import { createMiddleware } from "hono/factory";
import { keyRing } from "../../crypto/key-ring.ts";
import { type RealmContext, realmContext } from "../../domain/realm-context.ts";
import type { Realm } from "../../domain/realms/realm.ts";
import { RealmDirectory } from "../../domain/realms/realm-directory.ts";
import { Problem } from "../../errors/errors.ts";
import { lazily } from "../../lib/lazily.ts";
import { systemClock } from "../../lib/time.ts";
import { type Databases, databasesOf } from "../../storage/d1/shards.ts";
import type { AppContext, AppEnv, Exchange } from "../env.ts";
import { limitDocuments } from "../rate-limit.ts";
import { requestFacts } from "../request-facts.ts";

const { clientOfAddress } = lazily(() => import("../../domain/clients/client-document.ts"));

const directories = new WeakMap<Databases, RealmDirectory>();

export function realmDirectory(c: AppContext): RealmDirectory {
  const databases = databasesOf(c.env);
  const known = directories.get(databases);
  if (known !== undefined) return known;
  const config = c.get("config");
  const directory = new RealmDirectory(databases, config, keyRing(config), systemClock);
  directories.set(databases, directory);
  return directory;
}

/** Host → realm, and nothing else decides it (contract §0). */
export const realm = createMiddleware<AppEnv>(async (c, next) => {
  const host = hostOf(c.req.url);
  const directory = realmDirectory(c);
  const found = directory.known(host) ?? (await directory.findByHost(host));
  if (found === null) throw new Problem("unknown-host");
  c.set("realm", contextOf(c, found));
  await next();
});

/** The realm's context for one request: what is written down says where the request came from. */
export function contextOf(c: Exchange, found: Realm): RealmContext {
  const config = c.get("config");
  const context = realmContext(found, c.env, config, keyRing(config));
  return withDocuments(c, { ...context, audit: context.audit.seenFrom(requestFacts(c)) });
}

/** Where the realm takes clients that are known by a document, whoever makes us fetch one is counted. */
function withDocuments(c: Exchange, context: RealmContext): RealmContext {
  if (context.realm.settings.client_id_metadata_documents === "off") return context;
  const read = (address: string) => clientOfAddress(context, address, () => limitDocuments(c));
  return { ...context, clients: context.clients.withDocuments(read) };
}

/** Host of a URL, lower case, without port. What stands for a port and is none stays: no realm has such a host. */
export function hostOf(url: string): string {
  const from = url.indexOf("://") + 3;
  const path = url.indexOf("/", from);
  const authority = url.slice(from, path < 0 ? undefined : path).toLowerCase();
  const colon = authority.lastIndexOf(":");
  return colon > authority.lastIndexOf("]") && isPort(authority.slice(colon + 1))
    ? authority.slice(0, colon)
    : authority;
}

const isPort = (text: string): boolean => /^\d{0,5}$/.test(text) && Number(text) < 65_536;
