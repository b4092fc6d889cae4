import { env } from "cloudflare:workers";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { encodeBase64Url } from "../../src/lib/base64url.ts";
import { requestIn, watchedEnv } from "./watched-env.ts";

/** Sends a request to the Worker of one deployment. */
export type Send = (url: string, init?: RequestInit) => Promise<Response>;

const newKey = `t2:${encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)))}`;

/** The same stores behind a Worker deployed with other key-encryption keys. No isolate brings a realm from one deployment to the next. */
function deployedWith(keys: string, context: RealmContext): Send {
  const bindings = { ...watchedEnv({ before: () => {} }), KEY_ENCRYPTION_KEYS: keys };
  return async (url, init) => {
    forgetHosts(context.realm.hosts);
    try {
      return await requestIn(bindings, url, init);
    } finally {
      forgetHosts(context.realm.hosts);
    }
  };
}

/** A new key has come first, the old one still opens. */
export const rotated = (context: RealmContext): Send => deployedWith(`${newKey},${env.KEY_ENCRYPTION_KEYS}`, context);

/** The old key is gone. */
export const dropped = (context: RealmContext): Send => deployedWith(newKey, context);
