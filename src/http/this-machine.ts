import type { AppContext } from "./env.ts";
import { hostOf, realmDirectory } from "./middleware/realm.ts";

const thisMachine = /^(?:127(?:\.\d+){3}|\[::1\]|(?:.+\.)?localhost|.+\.test)$/;

/** Whether a host means the machine that asks, whatever a name server says (RFC 6761). */
export const isThisMachine = (host: string): boolean => thisMachine.test(host);

/**
 * Whether what is meant for whoever sits in front of this machine may be shown: to pages of a host that means it, or that somebody has made a
 * realm's. Any other name can be pointed here by its owner, for a page of that name to read it.
 */
export async function isAtHome(c: AppContext): Promise<boolean> {
  const host = hostOf(c.req.url);
  return isThisMachine(host) || (await realmDirectory(c).findByHost(host)) !== null;
}
